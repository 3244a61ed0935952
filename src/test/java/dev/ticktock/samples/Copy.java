package dev.ticktock.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.awaitility.core.ThrowingRunnable;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running copy of a sample worker, which tells what it does by what it prints.
 */
final class Copy implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("started (\\S+) from (\\S+) to (\\S+)");

	private static final Pattern DONE = Pattern.compile("done (\\S+)");

	private final SampleWorker worker;

	private final Process process;

	/** What it prints, and what its runtime complains of after an exclamation mark. */
	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final List<Thread> readers;

	Copy(Installation installation, Map<String, String> settings) {
		this.worker = installation.worker();
		try {
			ProcessBuilder builder = installation.command();
			builder.environment().putAll(settings);
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
		this.readers = List.of(read(this.process.inputReader(), ""), read(this.process.errorReader(), "! "));
	}

	private Thread read(BufferedReader reader, String prefix) {
		Thread thread = new Thread(() -> {
			try (reader) {
				reader.lines().forEach((line) -> this.lines.add(prefix + line));
			}
			catch (IOException | UncheckedIOException ex) {
				this.lines.add("! the output ends: " + ex.getMessage());
			}
		}, this.worker.toString());
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	/** Returns the ids of the ticks whose job is done, in that order. */
	List<String> done() {
		return find(DONE).map((found) -> found.group(1)).toList();
	}

	/** Returns the slots of the ticks whose job is done, in that order. */
	List<Instant> slots() {
		return done().stream().map((id) -> Instant.parse(id.substring(id.indexOf('@') + 1))).toList();
	}

	/** Waits until the job of a slot is done that is not before an instant. */
	void awaitSlotFrom(Instant instant) {
		await("does a job from %s on".formatted(instant),
				() -> assertThat(slots()).anyMatch((slot) -> !slot.isBefore(instant)));
	}

	/** Returns the ids of the ticks whose job has started, in that order. */
	List<String> started() {
		return find(STARTED).map((found) -> found.group(1)).toList();
	}

	/** Waits until the job of a tick is done. */
	void awaitDone(String id) {
		await("does the job of " + id, () -> assertThat(done()).contains(id));
	}

	/** Waits for a line that matches a pattern. */
	MatchResult awaitLine(Pattern pattern) {
		await("prints " + pattern, () -> assertThat(find(pattern)).isNotEmpty());
		return find(pattern).findFirst().orElseThrow();
	}

	/** Waits for the first job, and returns the id, the start and the end of its tick. */
	MatchResult awaitStart() {
		return awaitLine(STARTED);
	}

	private Stream<MatchResult> find(Pattern pattern) {
		return this.lines.stream().map(pattern::matcher).filter(Matcher::matches).map(Matcher::toMatchResult);
	}

	private void await(String what, ThrowingRunnable assertion) {
		try {
			Awaitility.await()
				.atMost(PATIENCE)
				.failFast("it has ended", () -> !this.process.isAlive())
				.untilAsserted(assertion);
		}
		catch (ConditionTimeoutException | TerminalFailureException ex) {
			throw new AssertionError("%s never %s. It%n%s".formatted(this.worker, what, this), ex);
		}
	}

	/** Asks it to end with SIGTERM, waits until it has, and returns its exit status. */
	int terminate() {
		// Not the process itself, which would no longer read what the worker prints.
		this.process.toHandle().destroy();
		return exitCode();
	}

	private int exitCode() {
		try {
			assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends: %s", this).isTrue();
			for (Thread reader : this.readers) {
				reader.join(PATIENCE.toMillis());
			}
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Ends it at once, with the processes that it has started. */
	void kill() {
		List<ProcessHandle> children = this.process.descendants().toList();
		this.process.destroyForcibly();
		children.forEach(ProcessHandle::destroyForcibly);
	}

	@Override
	public void close() {
		kill();
	}

	@Override
	public String toString() {
		return "printed%n%s".formatted(String.join("\n", this.lines));
	}

}
