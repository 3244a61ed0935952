package dev.ticktock.samples;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import dev.ticktock.support.Names;

/**
 * The job of a sample worker: a queue of its own, of which any number of copies take
 * ticks.
 *
 * @param broker where its queue is
 * @param key the event whose ticks it takes
 */
record Job(SampleWorker worker, Broker broker, String queue, String key) {

	/** Returns a job with a queue that no other has. */
	static Job of(SampleWorker worker, Broker broker, String key) {
		return new Job(worker, broker, Names.unique(worker.folder()), key);
	}

	/**
	 * Starts a copy of the worker.
	 * @param settings further ones, such as {@code JOB_SECONDS=1}
	 */
	Copy start(String... settings) {
		Map<String, String> environment = new HashMap<>(
				Map.of("QUEUE", this.queue, "KEY", this.key, "CRON", "", "JOB_SECONDS", "0"));
		environment.putAll(this.broker.settings());
		Arrays.stream(settings)
			.map((setting) -> setting.split("=", 2))
			.forEach((setting) -> environment.put(setting[0], setting[1]));
		return new Copy(Installation.of(this.worker), environment);
	}

}
