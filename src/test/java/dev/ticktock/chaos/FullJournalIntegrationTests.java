package dev.ticktock.chaos;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takeovers with an empty journal and with a full one take the same time, because a
 * standby reads it all the time. The system property {@code ticktock.chaos=long} fills it
 * with a million records, which is one every 0.6 s for 7 days.
 */
@RequiresRabbitMq(privateNode = true)
class FullJournalIntegrationTests {

	private static final int RECORDS = Scenario.times(20_000, 1_000_000);

	private static final int TAKEOVERS = Scenario.times(3, 15);

	private static final int CONFIRM_EVERY = 2000;

	@Test
	void aFullJournalIsNoSlowerThanAnEmptyOne() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start()) {
			Figures empty = new Figures();
			Figures full = new Figures();
			Duration start;
			try (Scenario scenario = scenario(node, Names.unique("chaos.empty"))) {
				takeOver(scenario, empty);
			}
			String exchange = Names.unique("chaos.full");
			fill(node, exchange);
			try (Scenario scenario = scenario(node, exchange)) {
				Instant begun = Instant.now();
				String cold = scenario.launch();
				start = Duration.between(begun, Instant.now());
				scenario.replicas.terminate(cold);
				takeOver(scenario, full);
			}
			Figures.report("takeovers with an empty journal and with one of %d records".formatted(RECORDS),
					"granted to first publish, empty: %s; full: %s; start to standing by with a full one: %d ms"
						.formatted(empty.summary(), full.summary(), start.toMillis()));
			assertThat(full.percentile(50)).isLessThan(empty.percentile(50).plusMillis(100));
		}
	}

	private static Scenario scenario(RabbitMqNode node, String exchange) {
		return new Scenario(exchange, new Witness(node, exchange),
				new ReplicaSet(List.of("--spring.rabbitmq.port=" + node.port(),
						"--ticktock.scheduler.exchange=" + exchange, "--ticktock.scheduler.cron.a.job=* * * * * *"))
					.start(2));
	}

	private static void takeOver(Scenario scenario, Figures took) {
		for (int i = 0; i < TAKEOVERS; i++) {
			scenario.leader();
			scenario.launch();
			took.add(scenario.replicas.tookOver(scenario.killLeader().leader()));
		}
		assertThat(scenario.witness.doubled()).isEmpty();
	}

	/** Writes ticks of old into the journal, as leaders of old have. */
	private static void fill(RabbitMqNode node, String exchange)
			throws IOException, TimeoutException, InterruptedException {
		try (Connection connection = node.connectionFactory().newConnection("fill")) {
			Channel channel = connection.createChannel();
			String journal = exchange + ".journal";
			String out = exchange + ".out";
			channel.queueDeclare(journal, true, false, false, Map.of("x-queue-type", "stream", "x-max-age", "604800s",
					"x-max-length-bytes", 1L << 30, "x-stream-max-segment-size-bytes", 32L << 20));
			channel.exchangeDeclare(out, "fanout", true);
			channel.queueBind(journal, out, "");
			channel.confirmSelect();
			TickMessage message = new TickMessage(Clock.systemUTC(), "old", Dialect.RABBITMQ);
			Instant validUntil = Instant.now().plus(Duration.ofHours(12));
			Instant slot = Instant.parse("2026-01-01T00:00:00Z");
			for (int i = 0; i < RECORDS; i++) {
				String event = "old.job." + i % 100;
				slot = (i % 100 == 0) ? slot.plusSeconds(60) : slot;
				Tick tick = new Tick(event, slot, null, null, validUntil);
				channel.basicPublish(out, event, message.properties(tick), new byte[200]);
				if (i % CONFIRM_EVERY == 0) {
					channel.waitForConfirmsOrDie(30_000);
				}
			}
			channel.waitForConfirmsOrDie(30_000);
			channel.queueUnbind(journal, out, "");
		}
	}

}
