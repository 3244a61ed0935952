package dev.ticktock.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Holds;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages at random, to the exchanges, the leader queue and the journal, from an account
 * that may write to all of them but not to the exchange of TickTock's ticks, while two
 * replicas run and others take over.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class HostileMessagesIntegrationTests {

	private static final int MESSAGES = 20_000;

	private static final String ACCOUNT = "mallory";

	private final RabbitMqNode node = new RabbitMqNode();

	@BeforeAll
	void start() {
		this.node.start();
		this.node.ctl("add_user", ACCOUNT, ACCOUNT);
		this.node.ctl("set_permissions", ACCOUNT, ".*", "^(amq\\.default|.*(?<!\\.out))$", ".*");
	}

	@AfterAll
	void stop() {
		this.node.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void randomMessagesChangeNothing(boolean withJournal) throws Exception {
		try (Scenario scenario = new Scenario(this.node, "hostile", 2, "--ticktock.journal.enabled=" + withJournal);
				Connection connection = new RabbitMq("localhost", this.node.port(), ACCOUNT, ACCOUNT).connect()) {
			if (withJournal) {
				connection.createChannel().exchangeDeclare(scenario.exchange + ".missed", "topic", true);
			}
			publishAtRandom(connection.createChannel(), scenario.exchange, withJournal, new Random(4711));
			scenario.launch();
			for (int i = 0; i < 2; i++) {
				// Without a journal, a killed leader leaves no word of how far it has
				// come.
				scenario.endLeader(withJournal);
			}
			assertThat(scenario.replicas.names())
				.allSatisfy((name) -> assertThat(scenario.replicas.get(name).actuator("health/liveness"))
					.contains("\"status\":\"UP\""));
			scenario.assertNothingMissingOrDoubled(MESSAGES + " random messages, then two takeovers",
					withJournal ? "with a journal" : "without a journal");
		}
	}

	private static void publishAtRandom(Channel channel, String exchange, boolean withJournal, Random random)
			throws Exception {
		channel.confirmSelect();
		List<String> own = List.of(exchange + ".journal", exchange + ".leader");
		for (int i = 0; i < MESSAGES; i++) {
			String key = "fuzz." + random.nextInt(100);
			boolean direct = random.nextInt(4) == 0;
			channel.basicPublish(direct ? "" : exchange + (withJournal && random.nextInt(4) == 0 ? ".missed" : ""),
					direct ? own.get(random.nextInt(own.size())) : key, properties(random, key), body(random));
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
			properties
				.type(List.of("tick", "checkpoint", "marker", "skipped", "replica", "token").get(random.nextInt(6)));
		}
		if (random.nextInt(4) > 0) {
			properties.messageId(key + "@" + slot);
		}
		if (random.nextInt(4) > 0) {
			properties.timestamp(Date.from(slot));
		}
		if (random.nextInt(2) == 0) {
			properties.userId(ACCOUNT);
		}
		if (random.nextInt(2) == 0) {
			Map<String, Object> headers = new HashMap<>();
			headers.put("x-first-death-queue", "a queue");
			headers.put("x-first-death-reason", random.nextBoolean() ? "expired" : random.nextInt());
			headers.put("version", 1);
			headers.put("term", "forged");
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
			case 2 ->
				ControlMessage
					.checkpoint(new Checkpoint(Cursor.at(Instant.now().plusSeconds(100)), Map.of(), Holds.NONE),
							"forged", new Trust(ACCOUNT, List.of()))
					.body();
			default -> {
				byte[] bytes = new byte[random.nextInt(500)];
				random.nextBytes(bytes);
				yield bytes;
			}
		};
	}

}
