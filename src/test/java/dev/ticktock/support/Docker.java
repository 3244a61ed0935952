package dev.ticktock.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * The Docker engine that the command {@code docker} reaches.
 */
public final class Docker {

	private static final String IMAGE = "ticktock";

	private static boolean built;

	private Docker() {
	}

	/**
	 * Builds the image with the {@code Dockerfile}, once, and returns its name. Skips the
	 * test, with a message, if no engine answers.
	 */
	public static synchronized String image() {
		require();
		if (!built) {
			// The host's network, because a bridge may not reach the Maven repository.
			run("docker", "build", "--network", "host", "-t", IMAGE, ".");
			built = true;
		}
		return IMAGE;
	}

	private static void require() {
		try {
			if (process("docker", "version").start().waitFor() == 0) {
				return;
			}
		}
		catch (IOException ex) {
			// There is no such command; the test is skipped as without an engine.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw Skipped.without("a Docker engine (.ci/docker brings one)", "docker.io", "docker-compose");
	}

	/**
	 * Runs a command, and returns what it prints.
	 * @throws IllegalStateException if it fails
	 */
	public static String run(String... command) {
		try {
			Process process = process(command).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s%n%s".formatted(String.join(" ", command), output));
			}
			return output.strip();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static ProcessBuilder process(String... command) {
		return new ProcessBuilder(command).redirectErrorStream(true);
	}

	/**
	 * Starts a container, as {@code docker run} does.
	 * @param arguments options, the image and what follows it
	 */
	public static Container start(String... arguments) {
		String output = run(
				Stream.concat(Stream.of("docker", "run", "-d"), Arrays.stream(arguments)).toArray(String[]::new));
		// Warnings of the engine come first.
		return new Container(output.lines().reduce((first, last) -> last).orElseThrow());
	}

	/**
	 * A container, which is removed when it is closed.
	 *
	 * @param id its id or its name
	 */
	public record Container(String id) implements AutoCloseable {

		private String inspect(String field) {
			return run("docker", "inspect", "-f", "{{%s}}".formatted(field), this.id);
		}

		public List<String> log() {
			return run("docker", "logs", this.id).lines().toList();
		}

		/** Waits for a line of the log that contains a text, and returns it. */
		public String awaitLog(String text) {
			return Awaitility.await("\"%s\" in the log of %s".formatted(text, this.id))
				.atMost(PATIENCE)
				.until(() -> log().stream().filter((line) -> line.contains(text)).findFirst(), Optional::isPresent)
				.orElseThrow();
		}

		/** Waits until the health check of the image succeeds. */
		public void awaitHealthy() {
			awaitHealth("healthy");
		}

		/** Waits until the health check of the image has failed often enough. */
		public void awaitUnhealthy() {
			awaitHealth("unhealthy");
		}

		private void awaitHealth(String status) {
			Awaitility.await(status + ": " + this.id)
				.atMost(PATIENCE)
				.until(() -> inspect(".State.Health.Status").equals(status));
		}

		/**
		 * Returns the numbers of user and group of its process, as the machine has them.
		 */
		public List<String> owner() throws IOException {
			return status("Uid", "Gid");
		}

		/** Returns how much memory its process has of the machine, in mebibytes. */
		public long residentMebibytes() throws IOException {
			return Long.parseLong(status("VmRSS").get(0)) / 1024;
		}

		private List<String> status(String... fields) throws IOException {
			try (Stream<String> lines = Files.lines(Path.of("/proc", inspect(".State.Pid"), "status"))) {
				return lines.map((line) -> line.split("\\s+"))
					.filter((words) -> Arrays.asList(fields).contains(words[0].replace(":", "")))
					.map((words) -> words[1])
					.toList();
			}
		}

		/** Sends SIGTERM, and returns the exit status. */
		public int stop() {
			run("docker", "stop", this.id);
			return exitCode();
		}

		/** Sends SIGKILL. */
		public void kill() {
			run("docker", "kill", this.id);
		}

		/** Waits until it has ended. */
		public int exitCode() {
			return Integer.parseInt(run("docker", "wait", this.id));
		}

		@Override
		public void close() {
			run("docker", "rm", "-f", "-v", this.id);
		}

	}

}
