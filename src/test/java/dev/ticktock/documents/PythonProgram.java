package dev.ticktock.documents;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import dev.ticktock.support.Python;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running Python program of a document.
 */
final class PythonProgram implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** A process in the background of a shell inherits that Ctrl+C is ignored. */
	private static final String IN_A_TERMINAL = """
			import signal
			signal.signal(signal.SIGINT, signal.default_int_handler)
			""";

	private static final String ADDRESS = "ConnectionParameters(\"localhost\"";

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final Process process;

	private final Thread reader;

	/**
	 * Starts a program.
	 * @param folder where it runs
	 */
	PythonProgram(Path folder, String program) throws IOException {
		Path file = Files.writeString(Files.createTempFile(folder, "worker", ".py"), IN_A_TERMINAL + program);
		this.process = new ProcessBuilder(Python.with("pika"), "-u", file.toString()).directory(folder.toFile())
			.redirectErrorStream(true)
			.start();
		this.reader = new Thread(this::read, "python program");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	/** Returns a program with the port of the test's broker. */
	static String at(int port, String program) {
		assertThat(program).contains(ADDRESS);
		return program.replace(ADDRESS, ADDRESS + ", " + port);
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			reader.lines().forEach(this.lines::add);
		}
		catch (IOException ex) {
			this.lines.add(String.valueOf(ex.getMessage()));
		}
	}

	void await(Predicate<String> expected) {
		Awaitility.await("a line of the program")
			.atMost(PATIENCE)
			.failFast(() -> assertThat(this.process.isAlive()).as("it runs: " + this.lines).isTrue())
			.untilAsserted(() -> assertThat(this.lines).anyMatch(expected));
	}

	/** Presses Ctrl+C, and returns the exit code. */
	int interrupt() throws IOException, InterruptedException {
		assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(this.process.pid())).start().waitFor()).isZero();
		return exitCode();
	}

	int exitCode() throws InterruptedException {
		assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends: " + this.lines).isTrue();
		this.reader.join(PATIENCE.toMillis());
		return this.process.exitValue();
	}

	List<String> lines() {
		return List.copyOf(this.lines);
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
