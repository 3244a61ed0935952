package dev.ticktock.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.ticktock.support.Commands;
import tools.jackson.databind.json.JsonMapper;

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

	private final List<String> passed = new ArrayList<>();

	private JavaProcess(List<String> options, List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(arguments);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
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

	/** Runs a class of this package, with the class path of the test. */
	static JavaProcess main(String main, List<String> options, String... arguments) {
		String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<String> all = new ArrayList<>(List.of("-cp", path, "dev.ticktock.benchmark." + main));
		all.addAll(List.of(arguments));
		return new JavaProcess(options, all);
	}

	static JavaProcess tickTock(List<String> options, List<String> arguments) {
		List<String> all = new ArrayList<>(List.of("-jar", "target/ticktock.jar", "--server.port=0"));
		all.addAll(arguments);
		return new JavaProcess(options, all);
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				Matcher port = HTTP_PORT.matcher(line);
				this.httpPort = port.find() ? Integer.parseInt(port.group(1)) : this.httpPort;
				this.lines.add(line);
			}
		}
		catch (IOException ex) {
			this.lines.add("the output breaks off: " + ex.getMessage());
		}
		this.lines.add(END);
	}

	void send(String line) {
		this.input.println(line);
	}

	String line() {
		try {
			String line = this.lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			if (line == null || line.equals(END)) {
				throw new IllegalStateException("no more lines after these:\n" + String.join("\n", this.passed));
			}
			return line;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	String line(String text) {
		String line = line();
		while (!line.contains(text)) {
			this.passed.add(line);
			line = line();
		}
		return line;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.launched);
	}

	/** Returns a statistic of a meter of TickTock's. */
	double meter(String name, String statistic) {
		String uri = "http://localhost:%d/actuator/metrics/%s".formatted(this.httpPort, name);
		return JsonMapper.shared()
			.readTree(Commands.get(uri).body())
			.required("measurements")
			.valueStream()
			.filter((each) -> each.required("statistic").asString().equals(statistic))
			.findFirst()
			.orElseThrow()
			.required("value")
			.asDouble();
	}

	double residentMebibytes() {
		return Commands.residentMebibytes(this.process.pid());
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
