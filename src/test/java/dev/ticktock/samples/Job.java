package dev.ticktock.samples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
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

	/** Gives the queue a tick, and returns its id. */
	String give(Connection connection, String slot) throws IOException {
		String id = "%s@%s".formatted(this.key, slot);
		give(connection, id,
				"{\"event\":\"%s\",\"slot\":\"%s\",\"previous\":null,\"next\":null}".formatted(this.key, slot));
		return id;
	}

	void give(Connection connection, String id, String body) throws IOException {
		Channel channel = connection.createChannel();
		channel.basicPublish("", this.queue,
				new AMQP.BasicProperties.Builder().messageId(id)
					.correlationId("a-run")
					.contentType("application/json")
					.deliveryMode(2)
					.build(),
				body.getBytes(StandardCharsets.UTF_8));
		channel.abort();
	}

}
