package dev.ticktock.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Seal;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Standing;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas, and somebody who may publish to the exchange and to their queues.
 */
@RequiresRabbitMq(privateNode = true)
class HostileRecordsIntegrationTests {

	private static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");

	private static final int RANDOM_MESSAGES = 20_000;

	private final String exchange = Names.unique("hostile");

	@Test
	void forgedRecordsSilenceNobody() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Witness witness = new Witness(List.of(node.port()), this.exchange, "quorum");
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
			assertThat(replicas.get(next).log()).anyMatch((line) -> line.contains("WARN") && line
				.contains("Ignoring a message with key \"bar.second.0\" and id \"bar.second.0@2099-01-01T00:00:00Z\""));
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
		AMQP.BasicProperties checkpoint = CheckpointMessage.properties(Trust.of("guest", List.of()))
			.builder()
			.userId(null)
			.build();
		byte[] body = CheckpointMessage.body(new Checkpoint(Cursor.at(Instant.now().plusSeconds(60)),
				Map.of("a.job", new Standing("@every PT1M", false, new Current()))), Seal.fresh());
		channel.basicPublish("", this.exchange + ".journal", checkpoint, body);
		channel.basicPublish(this.exchange, this.exchange + ".journal", checkpoint, body);
		channel.basicPublish("", this.exchange + ".leader",
				Token.leftBy("nobody", Cursor.at(FUTURE))
					.properties(Trust.of("guest", List.of()))
					.builder()
					.userId(null)
					.build(),
				new byte[0]);
		channel.waitForConfirmsOrDie(5_000);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void randomMessagesChangeNothing(boolean withJournal) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		List<String> arguments = new ArrayList<>(TenJobs.arguments(node, this.exchange));
		arguments.add("--ticktock.journal.enabled=" + withJournal);
		try (Witness witness = new Witness(List.of(node.port()), this.exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(arguments).start(2);
				Connection connection = node.connectionFactory().newConnection()) {
			String leader = witness.leader();
			publishAtRandom(connection.createChannel(), new Random(4711));
			replicas.launch();
			replicas.awaitStandby();
			replicas.terminate(leader);
			witness.awaitOtherThan(leader);
			witness.awaitSlot(Instant.now().plusSeconds(2));
			assertThat(witness.missing(TenJobs.EVENTS, Instant.now().minusSeconds(1))).isEmpty();
			assertThat(witness.doubled()).isEmpty();
			assertThat(replicas.names()).allSatisfy(
					(name) -> assertThat(replicas.get(name).actuator("health/liveness")).contains("\"status\":\"UP\""));
		}
	}

	private void publishAtRandom(Channel channel, Random random) throws Exception {
		channel.confirmSelect();
		List<String> own = List.of(this.exchange + ".journal", this.exchange + ".leader");
		for (int i = 0; i < RANDOM_MESSAGES; i++) {
			String key = "fuzz." + random.nextInt(100);
			boolean direct = random.nextInt(4) == 0;
			channel.basicPublish(direct ? "" : this.exchange, direct ? own.get(random.nextInt(own.size())) : key,
					properties(random, key), body(random));
			if (i % 1000 == 999) {
				channel.waitForConfirmsOrDie(30_000);
			}
		}
		channel.waitForConfirmsOrDie(30_000);
	}

	private static AMQP.BasicProperties properties(Random random, String key) {
		AMQP.BasicProperties.Builder properties = new AMQP.BasicProperties.Builder();
		Instant slot = Instant.ofEpochSecond(random.nextInt(3) == 0 ? random.nextLong(4_000_000_000L)
				: Instant.now().getEpochSecond() + random.nextInt(600) - 300);
		if (random.nextInt(4) > 0) {
			properties.appId("ticktock");
		}
		if (random.nextInt(4) > 0) {
			properties.type(List.of("tick", "checkpoint", "marker", "token", "").get(random.nextInt(5)));
		}
		if (random.nextInt(4) > 0) {
			properties.messageId(key + "@" + slot);
		}
		if (random.nextInt(4) > 0) {
			properties.timestamp(Date.from(slot));
		}
		if (random.nextInt(2) == 0) {
			Map<String, Object> headers = new HashMap<>();
			headers.put("leader", random.nextBoolean() ? "somebody" : random.nextInt());
			headers.put("slot", random.nextBoolean() ? Date.from(slot) : "never");
			headers.put("event", random.nextBoolean() ? key : List.of(1, "two", Map.of("three", 3)));
			properties.headers(headers);
		}
		return properties.expiration("60000").build();
	}

	private static byte[] body(Random random) {
		return switch (random.nextInt(4)) {
			case 0 -> new byte[0];
			case 1 -> "{\"slot\":\"2099-01-01T00:00:00Z\",\"schedules\":{}}".getBytes(StandardCharsets.UTF_8);
			case 2 -> CheckpointMessage.body(new Checkpoint(Cursor.at(Instant.now().plusSeconds(100)), Map.of()),
					Seal.fresh());
			default -> {
				byte[] bytes = new byte[random.nextInt(500)];
				random.nextBytes(bytes);
				yield bytes;
			}
		};
	}

}
