package dev.ticktock.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.Witness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several instances of a scheduler, and the runs of its jobs.
 */
abstract class Instances implements AutoCloseable {

	/** Starts another instance, and waits until it takes part. */
	abstract void launch() throws IOException;

	/** Kills the one that has run, or published, most recently. */
	abstract void killBusiest() throws IOException;

	abstract List<Run> runs() throws IOException;

	@Override
	public abstract void close();

	/**
	 * Processes that schedule and run their jobs.
	 */
	static final class OfPeer extends Instances {

		private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");

		private final List<String> command = new ArrayList<>();

		private final List<Process> running = new ArrayList<>();

		private final List<Path> outputs = new ArrayList<>();

		private final Path folder;

		OfPeer(Peer peer, String url, int jobs, String second, Path folder) {
			this.folder = folder;
			this.command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
			this.command.addAll(OPTIONS);
			this.command.addAll(List.of("-cp", System.getProperty("java.class.path"), Peer.class.getName(), peer.name(),
					url, String.valueOf(jobs), second));
		}

		@Override
		void launch() throws IOException {
			Path output = Files.createTempFile(this.folder, "instance", ".log");
			Process process = new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
			this.running.add(process);
			this.outputs.add(output);
			Patience.await(output + " has started").until(() -> {
				List<String> lines = Files.readAllLines(output);
				assertThat(process.isAlive()).as(String.join("\n", lines)).isTrue();
				return lines.contains(Peer.STARTED);
			});
		}

		@Override
		void killBusiest() throws IOException {
			// Instances that were killed have the same place in both lists, and run
			// nothing any more.
			List<Run> last = new ArrayList<>();
			for (Path output : this.outputs) {
				List<Run> runs = runs(output);
				last.add(runs.isEmpty() ? Run.NEVER : runs.get(runs.size() - 1));
			}
			int busiest = last.indexOf(last.stream().max(Comparator.comparing(Run::at)).orElseThrow());
			kill(this.running.get(busiest));
		}

		@Override
		List<Run> runs() throws IOException {
			List<Run> all = new ArrayList<>();
			for (Path output : this.outputs) {
				all.addAll(runs(output));
			}
			return all;
		}

		private static List<Run> runs(Path output) throws IOException {
			try (Stream<String> lines = Files.lines(output)) {
				return lines.map(Run::parse).filter(Objects::nonNull).toList();
			}
		}

		private static void kill(Process process) {
			try {
				process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public void close() {
			this.running.forEach(OfPeer::kill);
		}

	}

	/**
	 * Replicas of TickTock, and a worker to which a run is a tick that it receives.
	 */
	static final class OfTickTock extends Instances {

		private final Witness worker;

		private final ReplicaSet replicas;

		OfTickTock(RabbitMqNode node, String exchange, int jobs, String second, Path folder) throws IOException {
			String lines = Peer.jobs(jobs)
				.stream()
				.map((job) -> "ticktock.scheduler.cron.%s=%s * * * * *".formatted(job, second))
				.collect(Collectors.joining("\n"));
			Path file = Files.writeString(Files.createTempFile(folder, "jobs", ".properties"), lines);
			this.worker = new Witness(node, exchange);
			this.replicas = new ReplicaSet(List.of("--ticktock.scheduler.exchange=" + exchange,
					"--spring.rabbitmq.host=127.0.0.1", "--spring.rabbitmq.port=" + node.port(),
					"--spring.config.additional-location=" + file.toUri()));
		}

		@Override
		void launch() {
			this.replicas.get(this.replicas.launch()).awaitLog("Standing by");
		}

		@Override
		void killBusiest() {
			this.replicas.kill(this.worker.leader());
		}

		@Override
		List<Run> runs() {
			return this.worker.heard()
				.stream()
				.map((heard) -> new Run(heard.event(), heard.slot(), heard.at()))
				.filter((run) -> run.job().startsWith(Peer.JOB))
				.toList();
		}

		@Override
		public void close() {
			this.replicas.close();
			this.worker.close();
		}

	}

}
