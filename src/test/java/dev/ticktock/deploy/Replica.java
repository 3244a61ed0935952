package dev.ticktock.deploy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import dev.ticktock.startup.InvalidSettingException;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A TickTock in the process of the test, on an exchange of its own and with a slot each
 * second, and what it logs.
 */
final class Replica implements AutoCloseable {

	/** A worker of other tests is on the class path. */
	private static final List<String> ALWAYS = List.of("--spring.rabbitmq.listener.simple.auto-startup=false",
			"--ticktock.scheduler.cron.each.second=* * * * * *", "--ticktock.discovery.interval=200ms");

	private final ConfigurableApplicationContext app;

	private final CapturedOutput output;

	private final int from;

	private Replica(ConfigurableApplicationContext app, CapturedOutput output, int from) {
		this.app = app;
		this.output = output;
		this.from = from;
	}

	/** Starts one; of two arguments of a name, the later one counts. */
	static Replica start(CapturedOutput output, List<String> arguments, String... more) {
		int from = output.getAll().length();
		Map<String, String> all = new LinkedHashMap<>();
		Stream.of(ALWAYS, arguments, List.of(more))
			.flatMap(List::stream)
			.forEach((argument) -> all.put(argument.replaceFirst("=.*", ""), argument));
		return new Replica(TickTockApp.start(List.copyOf(all.values())), output, from);
	}

	/**
	 * Starts one that the broker refuses, so that its start ends.
	 * @return what the broker refuses, and the remedy
	 */
	static String refusal(CapturedOutput output, List<String> arguments, String... more) {
		try (Replica started = start(output, arguments, more)) {
			throw new AssertionError("it has started: " + started.log());
		}
		catch (ApplicationContextException ex) {
			assertThat(ex).hasCauseInstanceOf(InvalidSettingException.class);
			return String.valueOf(Objects.requireNonNull(ex.getCause()).getMessage());
		}
	}

	/** Waits for a line that contains all of some texts, and returns it. */
	String awaitLog(String... texts) {
		return Awaitility.await(Arrays.toString(texts))
			.atMost(PATIENCE)
			.until(() -> log().lines().filter((line) -> Arrays.stream(texts).allMatch(line::contains)).findFirst(),
					Optional::isPresent)
			.orElseThrow();
	}

	/** Waits until it leads and publishes. */
	void awaitTicks() {
		awaitLog("Became leader");
		double before = published();
		Awaitility.await("ticks").atMost(PATIENCE).until(() -> published() >= before + 2);
	}

	private double published() {
		return this.app.getBean(MeterRegistry.class)
			.find("ticktock.ticks.published")
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
	}

	/** Returns what it has logged. */
	String log() {
		return this.output.getAll().substring(this.from);
	}

	@Override
	public void close() {
		this.app.close();
	}

}
