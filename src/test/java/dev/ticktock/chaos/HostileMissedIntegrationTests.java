package dev.ticktock.chaos;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.Consumed;
import dev.ticktock.support.DeadLetters;
import dev.ticktock.support.Names;
import dev.ticktock.support.MissedRecords;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;
import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A flood of forged missed ticks, of random messages and of large ones, from an account
 * that may publish to the exchange for missed ticks.
 */
@RequiresRabbitMq(privateNode = true)
class HostileMissedIntegrationTests {

	private static final int FORGED = 100_000;

	private static final int RANDOM = 20_000;

	private static final int LARGE = 8_000_000;

	private static final String ACCOUNT = "mallory";

	private final String exchange = Names.unique("hostile.missed");

	private final String missed = this.exchange + ".missed";

	@Test
	void aFloodDelaysNoTickAndEndsNoTerm() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start();
				Witness witness = new Witness(node, this.exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, this.exchange)).start(2)) {
			node.ctl("add_user", ACCOUNT, ACCOUNT);
			node.ctl("set_permissions", ACCOUNT, "", this.missed.replace(".", "\\."), "");
			String leader = witness.leader();
			ConnectionFactory factory = node.connectionFactory();
			factory.setUsername(ACCOUNT);
			factory.setPassword(ACCOUNT);
			Instant from = Instant.now();
			AtomicLong journal = new AtomicLong();
			try (Connection connection = factory.newConnection("mallory");
					Connection reading = node.connectionFactory().newConnection("journal")) {
				Consumed.await(reading, this.missed);
				Channel channel = connection.createChannel();
				channel.confirmSelect();
				for (int i = 0; i < 3; i++) {
					publish(channel, new AMQP.BasicProperties(), LARGE);
				}
				publishAtRandom(channel, new Random(4711));
				publishForged(channel);
				Awaitility.await("the flood to be read")
					.atMost(RECOVERY.multipliedBy(3))
					.until(() -> replicas.get(leader)
						.actuator("metrics/ticktock.ticks.missed")
						.replaceAll("(?s).*\"value\":([0-9.E]+).*", "$1")
						.transform(Double::parseDouble) >= FORGED / 2.0);
				MissedRecords.read(reading.createChannel(), this.exchange + ".journal",
						(missed) -> journal.addAndGet(missed.size()));
				Awaitility.await().atMost(PATIENCE).until(() -> journal.get() > 0);
			}
			Instant to = Instant.now();
			TickTockProcess process = replicas.get(leader);
			assertThat(process.actuator("health")).contains("\"role\":\"LEADER\"");
			assertThat(process.countLogged("Became leader")).isOne();
			assertThat(process.countLogged(" WARN ")).isLessThan(20 + 3 * Duration.between(from, to).toMinutes());
			Duration silence = witness.longestSilence(from, to);
			assertThat(silence).isLessThan(Duration.ofSeconds(4));
			Verdict.nothingMissingOrDoubled(witness,
					"%d forged missed ticks, %d random messages and three of 8 MB".formatted(FORGED, RANDOM),
					"within %d s, longest silence %d ms, %d of them in the journal, %d MB resident".formatted(
							Duration.between(from, to).toSeconds(), silence.toMillis(), journal.get(),
							process.residentMegabytes()));
		}
	}

	private void publish(Channel channel, AMQP.BasicProperties properties, int size)
			throws IOException, InterruptedException {
		channel.basicPublish(this.missed, "any.key", properties, new byte[size]);
		if (channel.getNextPublishSeqNo() % 1000 == 0) {
			channel.waitForConfirms();
		}
	}

	/** Of true events, with names of queues that somebody has made up. */
	private void publishForged(Channel channel) throws IOException, InterruptedException {
		Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		for (int i = 0; i < FORGED; i++) {
			publish(channel,
					DeadLetters.of("job." + i % 10, now.minusSeconds(i / 10), "queue." + i % 5000, "expired", now),
					150);
		}
	}

	private void publishAtRandom(Channel channel, Random random) throws IOException, InterruptedException {
		for (int i = 0; i < RANDOM; i++) {
			AMQP.BasicProperties tick = DeadLetters.withDeaths("job." + random.nextInt(20),
					Instant.ofEpochSecond(random.nextLong(5_000_000_000L)), deaths(random));
			AMQP.BasicProperties.Builder properties = tick.builder();
			if (random.nextInt(3) == 0) {
				properties.messageId("a".repeat(random.nextInt(255)));
			}
			if (random.nextInt(3) == 0) {
				properties.timestamp(new Date(random.nextLong()));
			}
			if (random.nextInt(3) == 0) {
				properties.headers(new HashMap<>(Map.of("event", random.nextInt(), "x-death", deaths(random))));
			}
			publish(channel, properties.build(), random.nextInt(500));
		}
	}

	private static Object deaths(Random random) {
		return switch (random.nextInt(6)) {
			case 0 -> "expired";
			case 1 -> new ArrayList<>(List.of(1, "two", new HashMap<>(Map.of("three", 3))));
			case 2 -> new ArrayList<>();
			case 3 ->
				new ArrayList<>(List.of(new HashMap<>(Map.of("queue", new ArrayList<>(List.of(1)), "reason", 1))));
			case 4 -> new ArrayList<>(List.of(DeadLetters.death("q".repeat(random.nextInt(10_000)), "expired",
					Instant.ofEpochSecond(random.nextLong(5_000_000_000L)))));
			default ->
				new ArrayList<>(List.of(DeadLetters.death("q\u0007\n" + random.nextInt(), "rejected", Instant.now())));
		};
	}

}
