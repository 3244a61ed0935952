package dev.ticktock.samples;

import java.nio.charset.StandardCharsets;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * The sample workers where nothing takes outcomes, as with a TickTock that is older: the
 * test publishes in its place.
 */
@RequiresRabbitMq(privateNode = true)
class WithoutOutcomesIntegrationTests {

	private static final String EXCHANGE = "cron.schedule";

	private static final RabbitMqNode NODE = new RabbitMqNode();

	private static Connection connection;

	@BeforeAll
	static void start() throws Exception {
		NODE.start();
		connection = NODE.connectionFactory().newConnection("test");
		connection.createChannel().exchangeDeclare(EXCHANGE, "topic", true);
	}

	@AfterAll
	static void stop() throws Exception {
		connection.close();
		NODE.close();
	}

	@ParameterizedTest
	@EnumSource
	void doesItsJobs(SampleWorker worker) throws Exception {
		Job job = new Job(worker, NODE.port(), NODE.managementPort(), "own." + worker.folder);
		Channel channel = connection.createChannel();
		try (Copy copy = job.start()) {
			Awaitility.await("%s consumes".formatted(worker))
				.atMost(PATIENCE)
				.ignoreExceptions()
				.until(() -> connection.createChannel().consumerCount(job.queue()) == 1);
			for (int second = 0; second < 4; second++) {
				String slot = "2026-03-01T10:15:0%dZ".formatted(second);
				String id = "%s@%s".formatted(job.key(), slot);
				channel.basicPublish(EXCHANGE, job.key(),
						new AMQP.BasicProperties.Builder().messageId(id)
							.correlationId("a-run")
							.contentType("application/json")
							.build(),
						"{\"event\":\"%s\",\"slot\":\"%s\",\"previous\":null,\"next\":null}".formatted(job.key(), slot)
							.getBytes(StandardCharsets.UTF_8));
				copy.awaitDone(id);
			}
		}
	}

}
