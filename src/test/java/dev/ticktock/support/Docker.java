package dev.ticktock.support;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
		if (!Commands.succeeds("docker", "version")) {
			throw Skipped.without("a Docker engine (.ci/docker brings one)", "docker.io", "docker-compose");
		}
		if (!built) {
			// The host's network, because a bridge may not reach the Maven repository.
			run("docker", "build", "--network", "host", "-t", IMAGE, ".");
			built = true;
		}
		return IMAGE;
	}

	/** Runs a command, and returns what it prints. */
	public static String run(String... command) {
		return Commands.run(command).strip();
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

		public String awaitLog(String text) {
			return Patience.await("\"%s\" in the log of %s".formatted(text, this.id))
				.until(() -> log().stream().filter((line) -> line.contains(text)).findFirst(), Optional::isPresent)
				.orElseThrow();
		}

		/** Waits until it is {@code healthy} or {@code unhealthy}. */
		public void awaitHealth(String status) {
			Patience.await(status + ": " + this.id).until(() -> inspect(".State.Health.Status").equals(status));
		}

		/**
		 * Returns the numbers of user and group of its process, as the machine has them.
		 */
		public List<String> owner() {
			return List.of(Commands.status(pid(), "Uid"), Commands.status(pid(), "Gid"));
		}

		public long residentMebibytes() {
			return Math.round(Commands.residentMebibytes(pid()));
		}

		private long pid() {
			return Long.parseLong(inspect(".State.Pid"));
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

		public int exitCode() {
			return Integer.parseInt(run("docker", "wait", this.id));
		}

		@Override
		public void close() {
			run("docker", "rm", "-f", "-v", this.id);
		}

	}

}
