package dev.ticktock.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.ticktock.support.TickTockProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A TickTock with a slot each second.
 */
final class Replica {

	private static final List<String> ALWAYS = List.of("--ticktock.scheduler.cron.each.second=* * * * * *",
			"--ticktock.discovery.interval=200ms");

	private Replica() {
	}

	/** Launches one; of two arguments of a name, the later one counts. */
	static TickTockProcess start(List<String> arguments, String... more) {
		Map<String, String> all = new LinkedHashMap<>();
		Stream.of(ALWAYS, arguments, List.of(more))
			.flatMap(List::stream)
			.forEach((argument) -> all.put(argument.replaceFirst("=.*", ""), argument));
		return TickTockProcess.launch(List.copyOf(all.values()));
	}

	/** Returns what one logs whose start ends because the broker refuses it. */
	static String refusal(List<String> arguments, String... more) {
		try (TickTockProcess refused = start(arguments, more)) {
			assertThat(refused.exitCode()).as("%s", refused).isOne();
			return String.join("\n", refused.lines());
		}
	}

}
