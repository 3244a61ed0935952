package dev.ticktock.chaos;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import dev.ticktock.support.Witness.Heard;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takeovers with an empty journal and with a full one take the same time, because a
 * standby reads it all the time. The system property {@code ticktock.chaos=long} fills it
 * with a million records, which is one every 0.6 s for 7 days.
 */
@RequiresRabbitMq(privateNode = true)
class FullJournalIntegrationTests {

	private static final int RECORDS = Form.times(20_000, 1_000_000);

	private static final int TAKEOVERS = Form.times(3, 15);

	private static final int CONFIRM_EVERY = 2000;

	@Test
	void aFullJournalIsNoSlowerThanAnEmptyOne() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start()) {
			Figures empty = new Figures();
			Figures full = new Figures();
			Duration[] start = new Duration[1];
			run(node, Names.unique("chaos.empty"), (witness, replicas) -> takeovers(witness, replicas, empty));
			String exchange = Names.unique("chaos.full");
			fill(node, exchange);
			run(node, exchange, (witness, replicas) -> {
				Instant begun = Instant.now();
				String cold = replicas.launch();
				replicas.get(cold).awaitLog("Standing by");
				start[0] = Duration.between(begun, Instant.now());
				replicas.terminate(cold);
				takeovers(witness, replicas, full);
			});
			Figures.report("takeovers with an empty journal and with one of %d records".formatted(RECORDS),
					"granted to first publish, empty: %s; full: %s; start to standing by with a full one: %d ms"
						.formatted(empty.summary(), full.summary(), start[0].toMillis()));
			assertThat(full.percentile(50)).isLessThan(empty.percentile(50).plusMillis(100));
		}
	}

	private static void run(RabbitMqNode node, String exchange, Scenario scenario) throws Exception {
		try (Witness witness = new Witness(node, exchange);
				ReplicaSet replicas = new ReplicaSet(List.of("--spring.rabbitmq.port=" + node.port(),
						"--ticktock.scheduler.exchange=" + exchange, "--ticktock.scheduler.cron.a.job=* * * * * *"))
					.start(2)) {
			scenario.run(witness, replicas);
			assertThat(witness.doubled()).isEmpty();
		}
	}

	private static void takeovers(Witness witness, ReplicaSet replicas, Figures took) throws Exception {
		for (int i = 0; i < TAKEOVERS; i++) {
			String leader = witness.leader();
			replicas.launch();
			replicas.awaitStandby();
			replicas.kill(leader);
			Heard first = witness.awaitOtherThan(leader);
			took.add(replicas.tookOver(first.leader()));
		}
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
			List<String> events = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				events.add("old.job." + i);
			}
			for (int i = 0; i < RECORDS; i++) {
				String event = events.get(i % events.size());
				slot = (i % events.size() == 0) ? slot.plusSeconds(60) : slot;
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

	private interface Scenario {

		void run(Witness witness, ReplicaSet replicas) throws Exception;

	}

}
