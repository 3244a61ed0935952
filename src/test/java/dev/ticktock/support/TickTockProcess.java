package dev.ticktock.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

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

	/**
	 * Launches a TickTock without waiting for it.
	 */
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

	/** Launches the TickTock of a jar without waiting for it. */
	static TickTockProcess launch(List<String> prefix, Path jar, List<String> arguments) {
		List<String> command = new ArrayList<>(prefix);
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Xmx128m", "-jar", jar.toString()));
		command.addAll(arguments);
		return launch(new ProcessBuilder(command).redirectErrorStream(true));
	}

	/** Launches the TickTock of a command without waiting for it. */
	static TickTockProcess launch(ProcessBuilder builder) {
		try {
			builder.environment().put("SERVER_PORT", "0");
			return new TickTockProcess(builder.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Launches a TickTock and waits until it has started.
	 */
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

	/** Waits for a line of the log that contains a text. */
	public void awaitLog(String text) {
		try {
			Awaitility.await()
				.atMost(START)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> logged(text) || !this.reader.isAlive());
		}
		catch (ConditionTimeoutException ex) {
			throw missing(text, ex);
		}
		if (!logged(text)) {
			throw missing(text, null);
		}
	}

	private AssertionError missing(String text, @Nullable Exception cause) {
		return new AssertionError("\"%s\" is not in the log:%n%s".formatted(text, String.join("\n", this.log)), cause);
	}

	/** Says whether a line of the log contains a text. */
	public boolean logged(String text) {
		return this.log.stream().anyMatch((line) -> line.contains(text));
	}

	/** Counts the lines of the log that contain a text. */
	public long countLogged(String text) {
		return this.log.stream().filter((line) -> line.contains(text)).count();
	}

	public List<String> log() {
		return List.copyOf(this.log);
	}

	/** Returns the port of the page and the endpoints. */
	public int port() {
		return this.log.stream()
			.map(HTTP_PORT::matcher)
			.filter(Matcher::find)
			.map((found) -> Integer.parseInt(found.group(1)))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("no HTTP port in the log"));
	}

	/** Returns the body of an actuator endpoint, whatever its status. */
	public String actuator(String path) {
		try {
			return HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:%d/actuator/%s".formatted(port(), path)))
					.build(), HttpResponse.BodyHandlers.ofString())
				.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public long pid() {
		return this.process.pid();
	}

	/** Returns how much memory the process has of the machine, in megabytes. */
	public long residentMegabytes() {
		try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
			return lines.filter((line) -> line.startsWith("VmRSS:"))
				.map((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
				.findFirst()
				.orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** Ends the process at once. */
	public void kill() {
		Signal.KILL.send(pid());
		exitCode();
	}

	/** Asks the process to end and waits until it has. */
	public int terminate() {
		Signal.TERM.send(pid());
		return exitCode();
	}

	/** Stops the process without closing its sockets. */
	public void freeze() {
		Signal.STOP.send(pid());
	}

	/** Lets a frozen process go on. */
	public void thaw() {
		Signal.CONT.send(pid());
	}

	/** Waits until the process has ended. */
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
