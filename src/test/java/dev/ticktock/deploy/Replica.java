package dev.ticktock.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A TickTock with a slot each second, and what it logs.
 *
 * @param process where it runs
 */
record Replica(TickTockProcess process) implements AutoCloseable {

	private static final List<String> ALWAYS = List.of("--ticktock.scheduler.cron.each.second=* * * * * *",
			"--ticktock.discovery.interval=200ms");

	private static final String PUBLISHED = "ticktock_ticks_published_total";

	/** Launches one; of two arguments of a name, the later one counts. */
	static Replica start(List<String> arguments, String... more) {
		Map<String, String> all = new LinkedHashMap<>();
		Stream.of(ALWAYS, arguments, List.of(more))
			.flatMap(List::stream)
			.forEach((argument) -> all.put(argument.replaceFirst("=.*", ""), argument));
		return new Replica(TickTockProcess.launch(List.copyOf(all.values())));
	}

	/** Returns what one logs whose start ends because the broker refuses it. */
	static String refusal(List<String> arguments, String... more) {
		try (Replica refused = start(arguments, more)) {
			assertThat(refused.process.exitCode()).as("%s", refused.process).isOne();
			return refused.log();
		}
	}

	/** Waits for a line that contains all of some texts, and returns it. */
	String awaitLog(String... texts) {
		return this.process.awaitLog(texts);
	}

	/** Waits until it leads and publishes. */
	void awaitTicks() {
		awaitLog("Started TickTockApplication");
		awaitLog("Became leader");
		double before = this.process.meter(PUBLISHED);
		Awaitility.await("ticks").atMost(PATIENCE).until(() -> this.process.meter(PUBLISHED) >= before + 2);
	}

	/** Returns what it has logged. */
	String log() {
		return String.join("\n", this.process.lines());
	}

	@Override
	public void close() {
		this.process.close();
	}

}
