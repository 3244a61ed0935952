package dev.ticktock.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java process with the JVM's default settings, unless told otherwise, which is spoken
 * to in lines.
 */
final class JavaProcess implements AutoCloseable {

	private static final Pattern HTTP_PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** Stands in the queue of lines for their end. */
	private static final String END = "(end of the output)";

	private final Process process;

	private final long launched = System.nanoTime();

	private volatile int httpPort;

	private final PrintWriter input;

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private JavaProcess(List<String> arguments) {
		this(new ProcessBuilder(command(arguments)).redirectErrorStream(true));
	}

	/** Starts a process. */
	JavaProcess(ProcessBuilder builder) {
		try {
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.input = new PrintWriter(this.process.outputWriter(StandardCharsets.UTF_8), true);
		Thread reader = new Thread(this::read, "output of " + this.process.pid());
		reader.setDaemon(true);
		reader.start();
		Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
	}

	private static List<String> command(List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(arguments);
		return command;
	}

	/** Runs a class of this package, with the class path of the test. */
	static JavaProcess main(Class<?> main, List<String> options, String... arguments) {
		return main(main.getName(), options, arguments);
	}

	/** Runs a class, with the class path of the test. */
	static JavaProcess main(String main, List<String> options, String... arguments) {
		String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<String> all = new ArrayList<>(options);
		all.addAll(List.of("-cp", path, main));
		all.addAll(List.of(arguments));
		return new JavaProcess(all);
	}

	/** Runs the packaged TickTock. */
	static JavaProcess tickTock(List<String> options, List<String> arguments) {
		List<String> all = new ArrayList<>(options);
		all.addAll(List.of("-jar", "target/ticktock.jar", "--server.port=0"));
		all.addAll(arguments);
		return new JavaProcess(all);
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				note(line);
				this.lines.add(line);
			}
		}
		catch (IOException ex) {
			this.lines.add("the output breaks off: " + ex.getMessage());
		}
		this.lines.add(END);
	}

	private void note(String line) {
		Matcher port = HTTP_PORT.matcher(line);
		if (port.find()) {
			this.httpPort = Integer.parseInt(port.group(1));
		}
	}

	/** Sends a line. */
	void send(String line) {
		this.input.println(line);
	}

	/** Returns the next line. */
	String line() {
		try {
			String line = this.lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			if (line == null || line.equals(END)) {
				throw new IllegalStateException("the process says no more");
			}
			return line;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Returns the next line that contains a text. */
	String line(String text) {
		List<String> passed = new ArrayList<>();
		try {
			String line = line();
			while (!line.contains(text)) {
				passed.add(line);
				line = line();
			}
			return line;
		}
		catch (IllegalStateException ex) {
			throw new IllegalStateException(
					"no \"%s\" among these lines:\n%s".formatted(text, String.join("\n", passed)), ex);
		}
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** Returns how long ago the process was launched. */
	Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.launched);
	}

	/** Returns a statistic of a meter of TickTock's. */
	double meter(String name, String statistic) {
		URI metric = URI.create("http://localhost:%d/actuator/metrics/%s".formatted(this.httpPort, name));
		try (InputStream answer = metric.toURL().openStream()) {
			String json = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
			Matcher value = Pattern.compile("\"statistic\":\"%s\",\"value\":([0-9.E-]+)".formatted(statistic))
				.matcher(json);
			if (!value.find()) {
				throw new IllegalStateException("no %s in %s".formatted(statistic, json));
			}
			return Double.parseDouble(value.group(1));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the resident memory, in MiB. */
	double residentMebibytes() {
		return status("VmRSS:");
	}

	private double status(String field) {
		try {
			return Files.readAllLines(Path.of("/proc/%d/status".formatted(this.process.pid())))
				.stream()
				.filter((line) -> line.startsWith(field))
				.map((line) -> line.substring(field.length()).replace("kB", "").strip())
				.mapToLong(Long::parseLong)
				.findFirst()
				.orElseThrow() / 1024.0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
