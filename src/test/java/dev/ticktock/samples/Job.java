package dev.ticktock.samples;

import java.util.Arrays;
import java.util.Map;

import dev.ticktock.support.Names;

/**
 * The job of a sample worker: a queue of its own, of which any number of copies take
 * ticks.
 *
 * @param port of the broker
 * @param managementPort of its management API, if it has one
 * @param key the event whose ticks it takes
 */
record Job(SampleWorker worker, int port, int managementPort, String queue, String key) {

	Job(SampleWorker worker, int port, int managementPort, String key) {
		this(worker, port, managementPort, Names.unique(worker.folder), key);
	}

	/**
	 * Starts a copy of the worker.
	 * @param settings further ones, such as {@code JOB_SECONDS=1}
	 */
	Copy start(String... settings) {
		ProcessBuilder command = this.worker.command();
		Map<String, String> environment = command.environment();
		environment.putAll(Map.of("AMQP_URL", "amqp://guest:guest@127.0.0.1:%d/%%2F".formatted(this.port),
				"MANAGEMENT_URL", "http://guest:guest@127.0.0.1:" + this.managementPort, "QUEUE", this.queue, "KEY",
				this.key, "CRON", "", "JOB_SECONDS", "0"));
		Arrays.stream(settings)
			.map((setting) -> setting.split("=", 2))
			.forEach((setting) -> environment.put(setting[0], setting[1]));
		return new Copy(command);
	}

}
