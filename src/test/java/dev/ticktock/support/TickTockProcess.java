package dev.ticktock.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * A TickTock that runs as users run it: the packaged jar in a process of its own, which
 * can be killed, frozen and asked to stop.
 */
public final class TickTockProcess implements AutoCloseable {

	/** What the build has packaged. */
	static final Path JAR = Path.of("target/ticktock.jar");

	/** How long a start may take on a machine that is busy with other tests. */
	private static final Duration START = Duration.ofSeconds(60);

	private static final Pattern HTTP_PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final Process process;

	private final Thread reader;

	private TickTockProcess(Process process) {
		this.process = process;
		this.reader = new Thread(this::read, "log of " + process.pid());
		this.reader.setDaemon(true);
		this.reader.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
	}

	public static TickTockProcess launch(List<String> arguments) {
		return launch(List.of(), arguments);
	}

	/**
	 * Launches a TickTock without waiting for it.
	 * @param prefix a command that executes the one that follows it
	 */
	public static TickTockProcess launch(List<String> prefix, List<String> arguments) {
		return launch(prefix, JAR, arguments);
	}

	static TickTockProcess launch(List<String> prefix, Path jar, List<String> arguments) {
		List<String> command = new ArrayList<>(prefix);
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Xmx128m", "-jar", jar.toString()));
		command.addAll(arguments);
		return launch(new ProcessBuilder(command).redirectErrorStream(true));
	}

	static TickTockProcess launch(ProcessBuilder builder) {
		try {
			builder.environment().put("SERVER_PORT", "0");
			return new TickTockProcess(builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static TickTockProcess start(List<String> arguments, String... more) {
		List<String> all = new ArrayList<>(arguments);
		all.addAll(Arrays.asList(more));
		TickTockProcess process = launch(all);
		process.awaitLog("Started TickTockApplication");
		return process;
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				this.log.add(line);
			}
		}
		catch (IOException ex) {
			this.log.add("the log ends: " + ex.getMessage());
		}
	}

	public void awaitLog(String text) {
		try {
			Awaitility.await()
				.atMost(START)
				.pollInterval(Duration.ofMillis(20))
				.failFast("its process has ended", () -> !this.reader.isAlive() && !logged(text))
				.until(() -> logged(text));
		}
		catch (ConditionTimeoutException | TerminalFailureException ex) {
			throw new AssertionError("\"%s\" is not in the log:%n%s".formatted(text, String.join("\n", this.log)), ex);
		}
	}

	public boolean logged(String text) {
		return this.log.stream().anyMatch((line) -> line.contains(text));
	}

	public long countLogged(String text) {
		return this.log.stream().filter((line) -> line.contains(text)).count();
	}

	public List<String> log() {
		return List.copyOf(this.log);
	}

	public int port() {
		return this.log.stream()
			.map(HTTP_PORT::matcher)
			.filter(Matcher::find)
			.map((found) -> Integer.parseInt(found.group(1)))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("no HTTP port in the log"));
	}

	public String actuator(String path) {
		return Commands.get("http://localhost:%d/actuator/%s".formatted(port(), path)).body();
	}

	public long pid() {
		return this.process.pid();
	}

	public long residentMegabytes() {
		return (long) Commands.residentMebibytes(pid());
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	public void kill() {
		Commands.signal("KILL", pid());
		exitCode();
	}

	public int terminate() {
		Commands.signal("TERM", pid());
		return exitCode();
	}

	/** Stops the process without closing its sockets. */
	public void freeze() {
		Commands.signal("STOP", pid());
	}

	public void thaw() {
		Commands.signal("CONT", pid());
	}

	public int exitCode() {
		try {
			if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException("the process does not end:\n" + String.join("\n", this.log));
			}
			this.reader.join(START.toMillis());
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		exitCode();
	}

}
