package dev.ticktock.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

import org.springframework.util.function.ThrowingSupplier;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running program and the lines that it has written. It ends with the JVM.
 */
public class Program implements AutoCloseable {

	/** A process in the background of a shell inherits that Ctrl+C is ignored. */
	private static final String IN_A_TERMINAL = """
			import signal
			signal.signal(signal.SIGINT, signal.default_int_handler)
			""";

	private static final String ADDRESS = "ConnectionParameters(\"localhost\"";

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final Process process;

	private final Thread reader;

	public Program(ProcessBuilder command) {
		Process started = ThrowingSupplier.of(command.redirectErrorStream(true)::start).get();
		this.process = started;
		List<String> output = this.lines;
		this.reader = new Thread(() -> read(started, output), "program");
		Runtime.getRuntime().addShutdownHook(new Thread(() -> kill(started)));
		this.reader.setDaemon(true);
		this.reader.start();
	}

	/**
	 * Returns the command of a Python that can import a module. Skips the test where
	 * there is none.
	 */
	public static String pythonWith(String module) {
		return Stream.of("/usr/bin/python3", "python3")
			.filter((python) -> Commands.succeeds(python, "-c", "import " + module))
			.findFirst()
			.orElseThrow(() -> Skipped.without("the module %s of Python".formatted(module), "python3-" + module));
	}

	/** Starts a program in Python that uses pika, for a broker at a port. */
	public static Program python(Path folder, int port, String text) throws IOException {
		assertThat(text).contains(ADDRESS);
		Path file = Files.writeString(Files.createTempFile(folder, "worker", ".py"),
				IN_A_TERMINAL + text.replace(ADDRESS, ADDRESS + ", " + port));
		return new Program(new ProcessBuilder(pythonWith("pika"), "-u", file.toString()).directory(folder.toFile()));
	}

	private static void read(Process process, List<String> lines) {
		try (BufferedReader output = process.inputReader()) {
			output.lines().forEach(lines::add);
		}
		catch (IOException | UncheckedIOException ex) {
			lines.add("the output ends: " + ex.getMessage());
		}
	}

	/** Waits for a line that a pattern matches as a whole. */
	public MatchResult await(String pattern) {
		await("a line like " + pattern, () -> assertThat(find(pattern)).as("%s", this).isNotEmpty());
		return find(pattern).findFirst().orElseThrow();
	}

	/** Waits until an assertion holds, which it has to when the output has ended. */
	public void await(String what, ThrowingRunnable assertion) {
		Patience.await(what).pollInterval(Duration.ofMillis(20)).failFast(() -> {
			if (!this.reader.isAlive()) {
				assertion.run();
			}
		}).untilAsserted(assertion);
	}

	/** Returns the lines that a pattern matches as a whole. */
	public Stream<MatchResult> find(String pattern) {
		Pattern compiled = Pattern.compile(pattern);
		return this.lines.stream().map(compiled::matcher).filter(Matcher::matches).map(Matcher::toMatchResult);
	}

	public List<String> lines() {
		return List.copyOf(this.lines);
	}

	public long pid() {
		return this.process.pid();
	}

	public double residentMebibytes() {
		return Commands.residentMebibytes(pid());
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** Presses Ctrl+C, and returns the exit code. */
	public int interrupt() {
		Commands.signal("INT", pid());
		return exitCode();
	}

	/** Sends SIGTERM, and returns the exit code. */
	public int terminate() {
		Commands.signal("TERM", pid());
		return exitCode();
	}

	/** Stops it without closing its sockets. */
	public void freeze() {
		Commands.signal("STOP", pid());
	}

	public void thaw() {
		Commands.signal("CONT", pid());
	}

	/** Waits for the end, and returns the exit code. */
	public int exitCode() {
		return exitCode(PATIENCE);
	}

	public int exitCode(Duration atMost) {
		Awaitility.await("the end of " + this)
			.atMost(atMost)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> !isAlive() && !this.reader.isAlive());
		return this.process.exitValue();
	}

	/** Ends it at once, with the processes that it has started. */
	public void kill() {
		kill(this.process);
		exitCode();
	}

	private static void kill(Process process) {
		List<ProcessHandle> children = process.descendants().toList();
		process.destroyForcibly();
		children.forEach(ProcessHandle::destroyForcibly);
	}

	@Override
	public void close() {
		kill();
	}

	@Override
	public String toString() {
		return "the program that wrote%n%s".formatted(String.join("\n", this.lines));
	}

}
