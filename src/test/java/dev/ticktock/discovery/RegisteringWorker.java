package dev.ticktock.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.ticktock.support.Python;
import org.awaitility.Awaitility;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * A Python worker that registers its schedule by its binding.
 */
final class RegisteringWorker implements AutoCloseable {

	private final List<Line> lines = new CopyOnWriteArrayList<>();

	private final Process process;

	RegisteringWorker(int port, String exchange, String queue, String event, String line) throws IOException {
		this.process = new ProcessBuilder(Python.with("pika"), "src/test/resources/workers/registering_worker.py",
				Integer.toString(port), exchange, queue, event, line)
			.redirectErrorStream(true)
			.start();
		Thread reader = new Thread(this::read, "python worker");
		reader.setDaemon(true);
		reader.start();
		await("bound");
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			reader.lines().forEach((line) -> this.lines.add(new Line(line, now())));
		}
		catch (IOException ex) {
			this.lines.add(new Line(String.valueOf(ex.getMessage()), now()));
		}
	}

	private static Instant now() {
		return Instant.now();
	}

	/** Waits for a line and returns when it came. */
	Instant await(String text) {
		Awaitility.await("\"" + text + "\" from the Python worker")
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.failFast(() -> {
				if (!this.process.isAlive()) {
					throw new IllegalStateException("it ended: " + this.lines);
				}
			})
			.until(() -> this.lines.stream().anyMatch((line) -> line.text().startsWith(text)));
		return this.lines.stream()
			.filter((line) -> line.text().startsWith(text))
			.map(Line::at)
			.findFirst()
			.orElseThrow();
	}

	/** Has the worker unbind its queue and returns when it had. */
	Instant unbind() throws IOException {
		try (Writer writer = this.process.outputWriter()) {
			writer.write("unbind\n");
		}
		return await("unbound");
	}

	/** Returns the ids of the ticks that came, in the order in which they did. */
	List<String> ticks() {
		return this.lines.stream()
			.filter((line) -> line.text().startsWith("tick "))
			.map((line) -> line.text().substring("tick ".length()))
			.toList();
	}

	Instant lastTick() {
		return this.lines.stream()
			.filter((line) -> line.text().startsWith("tick "))
			.map(Line::at)
			.reduce((first, second) -> second)
			.orElseThrow();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	private record Line(String text, Instant at) {

	}

}
