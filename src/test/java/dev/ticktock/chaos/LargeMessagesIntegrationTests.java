package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
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
		String exchange = Names.unique("large");
		try (RabbitMqNode node = new RabbitMqNode("max_message_size = 134217728").start();
				Witness witness = new Witness(node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, exchange)).start(3)) {
			String leader = witness.leader();
			publish(node, exchange);
			witness.awaitSlot(Instant.now().plusSeconds(2));
			replicas.names().forEach((name) -> replicas.get(name).awaitLog("Passing over the record at offset "));
			Instant launched = Instant.now();
			String fresh = replicas.launch();
			replicas.get(fresh).awaitLog("Standing by");
			Duration start = Duration.between(launched, Instant.now());
			replicas.kill(leader);
			String next = witness.awaitOtherThan(leader).leader();
			Duration takeover = replicas.tookOver(next);
			replicas.terminate(next);
			witness.awaitOtherThan(next);
			assertThat(replicas.names()).hasSize(2).allMatch((name) -> replicas.get(name).isAlive());
			Verdict.nothingMissingOrDoubled(witness,
					"messages of %s bytes in the journal, two takeovers".formatted(SIZES),
					"a fresh replica stands by after %d ms, granted to first publish: %d ms".formatted(start.toMillis(),
							takeover.toMillis()));
		}
	}

	@Test
	void aLargeMessageInTheLeaderQueueSilencesNoReplica() throws Exception {
		String exchange = Names.unique("large.leader");
		try (RabbitMqNode node = new RabbitMqNode("max_message_size = 134217728").start();
				Witness witness = new Witness(node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, exchange)).start(3)) {
			witness.leader();
			try (Connection connection = node.connectionFactory().newConnection("mallory")) {
				Channel channel = connection.createChannel();
				channel.confirmSelect();
				channel.basicPublish("", exchange + ".leader", null, new byte[SIZES.get(0)]);
				channel.waitForConfirmsOrDie(60_000);
			}
			Instant published = Instant.now();
			witness.awaitSlot(published.plusSeconds(20));
			assertThat(replicas.names()).hasSize(3).allMatch((name) -> replicas.get(name).isAlive());
			assertThat(replicas.names()).anyMatch((name) -> replicas.get(name)
				.logged("A message in \"" + exchange + ".leader\" cannot be read; dropping all that waits there"));
			Verdict.nothingMissingOrDoubled(witness,
					"a message of %d bytes in the leader queue".formatted(SIZES.get(0)), "");
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
