package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas, and somebody who may publish to the exchange and to their queues.
 */
@RequiresRabbitMq(privateNode = true)
class HostileRecordsIntegrationTests {

	private static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");

	private final String exchange = Names.unique("hostile");

	@Test
	void forgedRecordsSilenceNobody() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Witness witness = new Witness(node, this.exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, this.exchange)).start(2);
				Connection connection = node.connectionFactory().newConnection()) {
			String leader = witness.leader();
			witness.awaitSlot(Instant.now().plusSeconds(1));
			forge(connection.createChannel());
			replicas.kill(leader);
			Instant killed = Instant.now();
			String next = witness.awaitOtherThan(leader).leader();
			assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(3));
			witness.awaitSlot(Instant.now().plusSeconds(2));
			assertThat(witness.missing(TenJobs.EVENTS, Instant.now().minusSeconds(1))).isEmpty();
			assertThat(witness.doubled()).isEmpty();
			assertThat(replicas.get(next).log()).anyMatch((line) -> line.contains("WARN")
					&& line.contains("Ignoring a message with key \"%s.journal\"".formatted(this.exchange)));
		}
	}

	private void forge(Channel channel) throws Exception {
		channel.confirmSelect();
		channel.basicPublish(this.exchange, "bar.second.0",
				new AMQP.BasicProperties.Builder().appId("ticktock")
					.type("tick")
					.messageId("bar.second.0@" + FUTURE)
					.timestamp(Date.from(FUTURE))
					.build(),
				new byte[0]);
		Date soon = Date.from(Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.SECONDS));
		channel.basicPublish(this.exchange, "bar.second.0",
				new AMQP.BasicProperties.Builder().appId("ticktock")
					.type("tick")
					.messageId("bar.second.0@" + soon.toInstant())
					.timestamp(soon)
					.build(),
				new byte[0]);
		ControlMessage checkpoint = ControlMessage.checkpoint(
				new Checkpoint(Cursor.at(Instant.now().plusSeconds(60)),
						Map.of("a.job", new Covered("@every PT1M", false, Instant.now()))),
				"forged", Trust.of("guest", List.of()));
		AMQP.BasicProperties forged = checkpoint.properties().builder().userId(null).build();
		channel.basicPublish("", this.exchange + ".journal", forged, checkpoint.body());
		channel.basicPublish(this.exchange, this.exchange + ".journal", forged, checkpoint.body());
		channel.basicPublish("", this.exchange + ".leader",
				Token.leftBy("nobody", Cursor.at(FUTURE))
					.properties(Trust.of("guest", List.of()))
					.builder()
					.userId(null)
					.build(),
				new byte[0]);
		channel.waitForConfirmsOrDie(5_000);
	}

}
