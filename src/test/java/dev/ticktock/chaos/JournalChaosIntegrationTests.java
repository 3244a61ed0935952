package dev.ticktock.chaos;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A journal that loses its binding, that is full, and that has messages which no replica
 * can read.
 */
@RequiresRabbitMq(privateNode = true)
class JournalChaosIntegrationTests {

	/**
	 * The long form has a million records, which is one every 0.6 s for 7 days.
	 */
	private static final int RECORDS = Scenario.times(20_000, 1_000_000);

	private static final int TAKEOVERS = Scenario.times(2, 15);

	private static final int CONFIRM_EVERY = 2000;

	/** The heap of {@code TickTockProcess} has 128 MB. */
	private static final List<Integer> SIZES = List.of(70_000_000, 64_000_000, 64_000_000, 8_000_000, 8_000_000);

	private final RabbitMqNode node = RabbitMqNode.shared();

	@Test
	void journalUnbound() throws Exception {
		try (Scenario scenario = new Scenario(this.node, "unbound", 3);
				Connection operator = this.node.connectionFactory().newConnection("operator")) {
			// A term that has just begun binds the journal only if it has to.
			TickTockProcess leader = scenario.replicas.get(scenario.killLeader().leader());
			Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1500));
			operator.createChannel().queueUnbind(scenario.exchange + ".journal", scenario.exchange, "#");
			// It lasts a second or two.
			Patience.await("endpoint")
				.until(() -> leader.actuator("ticktock"),
						(answer) -> answer.contains("INCOMPLETE") && answer.contains("UNRECORDED"));
			leader.awaitLog("does not come back from the journal");
			leader.awaitLog("Ticks come back from the journal again");
			Patience.await("health").until(() -> leader.actuator("health").contains("\"journal\":\"ATTACHED\""));
			scenario.killLeader();
			scenario.assertNothingMissingOrDoubled("the journal unbound, then the leader killed", "");
		}
	}

	/** The broker gives the ticks back, and the next term publishes them. */
	@Test
	void exchangeDeletedAndDeclaredAgain() throws Exception {
		try (Scenario scenario = new Scenario(this.node, "anew", 3);
				Connection operator = this.node.connectionFactory().newConnection("operator");
				Channel channel = operator.createChannel()) {
			TickTockProcess leader = scenario.leader();
			Instant next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(2);
			Moment.await(next.minusMillis(800));
			channel.exchangeDelete(scenario.exchange);
			channel.exchangeDeclare(scenario.exchange, "topic", true);
			channel.queueBind(scenario.exchange + ".witness", scenario.exchange, "#");
			boolean between = Instant.now().isBefore(next);
			leader.awaitLog("no queue got the ticks; binding the exchanges again");
			scenario.goOn(2);
			scenario.killLeader();
			String name = "the exchange deleted and declared again, then the leader killed";
			if (between) {
				scenario.assertNothingMissingOrDoubled(name, "");
			}
			else {
				// A tick meets an exchange that has lost some of its bindings.
				scenario.assertNothingDoubled(name + ", on a slow broker");
			}
		}
	}

	/** A standby reads it all the time. */
	@Test
	void takeoversWithAFullJournalAreNoSlowerThanWithAnEmptyOne() throws Exception {
		Figures empty = new Figures();
		Figures full = new Figures();
		Duration start;
		try (Scenario scenario = scenario(Names.unique("chaos.empty"))) {
			takeOver(scenario, empty);
		}
		String exchange = Names.unique("chaos.full");
		fill(exchange);
		try (Scenario scenario = scenario(exchange)) {
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

	private Scenario scenario(String exchange) {
		return new Scenario(exchange, new Witness(this.node, exchange),
				new ReplicaSet(List.of("--spring.rabbitmq.port=" + this.node.port(),
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
	private void fill(String exchange) throws IOException, TimeoutException, InterruptedException {
		try (Connection connection = this.node.connectionFactory().newConnection("fill")) {
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
				Tick tick = new Tick(event, slot, null, null, validUntil, null);
				channel.basicPublish(out, event, message.properties(tick), new byte[200]);
				if (i % CONFIRM_EVERY == 0) {
					channel.waitForConfirmsOrDie(30_000);
				}
			}
			channel.waitForConfirmsOrDie(30_000);
			channel.queueUnbind(journal, out, "");
		}
	}

	@Test
	void largeMessagesInTheJournalSilenceNoReplica() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode("max_message_size = 134217728").start();
				Scenario scenario = new Scenario(node, "large", 3)) {
			ReplicaSet replicas = scenario.replicas;
			scenario.leader();
			try (Connection mallory = node.connectionFactory().newConnection("mallory")) {
				// Of its own, so that the witness does not receive them.
				String exchange = scenario.exchange + ".large";
				Channel channel = mallory.createChannel();
				channel.exchangeDeclare(exchange, "topic", false, true, Map.of());
				channel.queueBind(scenario.exchange + ".journal", exchange, "#");
				channel.confirmSelect();
				for (int size : SIZES) {
					channel.basicPublish(exchange, "large", null, new byte[size]);
				}
				channel.waitForConfirmsOrDie(60_000);
			}
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

}
