package dev.ticktock.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects durations and says their percentiles, on the console and in
 * {@code target/chaos.md}.
 */
final class Figures {

	private final List<Duration> durations = new ArrayList<>();

	void add(Duration duration) {
		this.durations.add(duration);
	}

	/** Returns the smallest of the durations that so many percent do not exceed. */
	Duration percentile(int percent) {
		List<Duration> sorted = this.durations.stream().sorted().toList();
		return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
	}

	String summary() {
		return "n=%d p50=%d ms p99=%d ms max=%d ms".formatted(this.durations.size(), percentile(50).toMillis(),
				percentile(99).toMillis(), percentile(100).toMillis());
	}

	static void report(String scenario, String figures) {
		String line = "| %s | %s |".formatted(scenario, figures);
		System.out.println("CHAOS " + line);
		try {
			Files.writeString(Path.of("target/chaos.md"), line + "\n", StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
