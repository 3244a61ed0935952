package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages in the journal that no replica can read, because they are larger than the
 * client or the heap allows.
 */
@RequiresRabbitMq(privateNode = true)
class LargeMessagesIntegrationTests {

	/** The heap of {@code TickTockProcess} has 128 MB. */
	private static final List<Integer> SIZES = List.of(70_000_000, 64_000_000, 64_000_000, 8_000_000, 8_000_000);

	@Test
	void largeMessagesSilenceNoReplica() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode("max_message_size = 134217728").start();
				Scenario scenario = new Scenario(node, "large", 3)) {
			ReplicaSet replicas = scenario.replicas;
			scenario.leader();
			publish(node, scenario.exchange);
			scenario.goOn(2);
			replicas.names().forEach((name) -> replicas.get(name).awaitLog("Passing over the record at offset "));
			Instant launched = Instant.now();
			scenario.launch();
			Duration start = Duration.between(launched, Instant.now());
			Duration takeover = replicas.tookOver(scenario.killLeader().leader());
			scenario.endLeader(false);
			assertThat(replicas.names()).hasSize(2);
			scenario.assertAllAlive();
			scenario.assertNothingMissingOrDoubled(
					"messages of %s bytes in the journal, two takeovers".formatted(SIZES),
					"a fresh replica stands by after %d ms, granted to first publish: %d ms".formatted(start.toMillis(),
							takeover.toMillis()));
		}
	}

	/**
	 * Published through an exchange of its own, so that the witness does not receive it.
	 */
	private static void publish(RabbitMqNode node, String exchange) throws Exception {
		try (Connection connection = node.connectionFactory().newConnection("mallory")) {
			Channel channel = connection.createChannel();
			channel.exchangeDeclare(exchange + ".large", "topic", false, true, Map.of());
			channel.queueBind(exchange + ".journal", exchange + ".large", "#");
			channel.confirmSelect();
			for (int size : SIZES) {
				channel.basicPublish(exchange + ".large", "large", null, new byte[size]);
			}
			channel.waitForConfirmsOrDie(60_000);
		}
	}

}
