package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.ticktock.support.Moment;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Relay;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job on hold and jobs that are due once, one each second, while leaders are killed in
 * the second of a slot, the broker restarts and its management API is away.
 */
@RequiresRabbitMq(privateNode = true)
class HoldChaosIntegrationTests {

	private static final String EXCHANGE = "cron.schedule";

	private static final String HELD = "job.held";

	private static final String OTHER = "job.other";

	private static final String ONCE = "job.once";

	private static final int ROUNDS = Scenario.times(4, 50);

	/**
	 * How many jobs are due once: a round takes some nine seconds, and one queue may
	 * register 500.
	 */
	private static final int OF_ONCE = ROUNDS * 9;

	/** All ticks are still in the queues at the end. */
	private static final String VALIDITY = "2h";

	@Test
	void aJobOnHoldHasNoTickAndOneThatIsDueOnceHasOneWhoeverLeads() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start();
				Relay relay = new Relay(node.managementPort()).open();
				ReplicaSet replicas = new ReplicaSet(node.arguments(relay.port(), "--ticktock.discovery.interval=200ms",
						"--ticktock.scheduler.cron.job.held.cron=* * * * * *",
						"--ticktock.scheduler.cron.job.held.validity=" + VALIDITY,
						"--ticktock.scheduler.cron.job.other=* * * * * *"))
					.start(2)) {
			Instant first = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(10);
			try (Connection connection = node.connectionFactory().newConnection()) {
				Channel channel = connection.createChannel();
				for (String queue : List.of(HELD, OTHER, ONCE)) {
					channel.queueDeclare(queue, true, false, false, null);
					channel.queueBind(queue, EXCHANGE, queue);
				}
				for (int i = 0; i < OF_ONCE; i++) {
					channel.queueBind(ONCE, EXCHANGE, ONCE + "." + i,
							Map.of("cron", "@at " + first.plusSeconds(i), "validity", VALIDITY));
				}
				Patience.await().until(() -> channel.messageCount(HELD) > 2 && channel.messageCount(ONCE) > 0);
				channel.queueBind(EXCHANGE + ".hold", EXCHANGE, "*.held");
			}
			String leader = replicas.leader();
			Patience.await().until(() -> replicas.get(leader).actuator("prometheus").contains("ticktock_held 1.0"));
			Instant begun = Instant.now();
			for (int i = 0; i < ROUNDS; i++) {
				if (i == ROUNDS / 2) {
					relay.cut();
				}
				String next = replicas.leader();
				Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
				replicas.kill(next);
				replicas.launch();
				if (i % 2 == 1) {
					node.stop();
					node.start();
				}
				awaitTickAfter(node, Instant.now().plusSeconds(2));
			}
			List.copyOf(replicas.names()).forEach(replicas::kill);
			replicas.start(1);
			awaitTickAfter(node, Instant.now().plusSeconds(2));
			Instant ended = Instant.now();
			try (Connection connection = node.connectionFactory().newConnection()) {
				connection.createChannel().queueUnbind(EXCHANGE + ".hold", EXCHANGE, "*.held");
				relay.open();
				Patience.await()
					.pollInterval(Duration.ofSeconds(1))
					.until(() -> replicas.get(replicas.leader()).actuator("prometheus").contains("ticktock_held 0.0"));
				Moment.await(Instant.now().plusSeconds(3));
				List<Instant> slots = slots(connection, HELD);
				assertThat(slots).doesNotHaveDuplicates()
					.noneMatch((slot) -> slot.isAfter(begun) && !slot.isAfter(ended))
					.anyMatch((slot) -> slot.isBefore(begun))
					.anyMatch((slot) -> slot.isAfter(ended));
				assertOnceEach(connection, first);
			}
		}
	}

	private static void assertOnceEach(Connection connection, Instant first) throws Exception {
		Moment.await(first.plusSeconds(OF_ONCE));
		Patience.await().until(() -> connection.createChannel().messageCount(ONCE) >= OF_ONCE);
		Moment.await(Instant.now().plusSeconds(2));
		assertThat(slots(connection, ONCE))
			.containsExactlyInAnyOrderElementsOf(LongStream.range(0, OF_ONCE).mapToObj(first::plusSeconds).toList());
	}

	private static void awaitTickAfter(RabbitMqNode node, Instant instant) {
		Patience.await().ignoreExceptions().until(() -> {
			try (Connection connection = node.connectionFactory().newConnection()) {
				return slots(connection, OTHER).stream().anyMatch(instant::isBefore);
			}
		});
	}

	/** Returns the slots of the ticks in a queue, which has none of them any more. */
	private static List<Instant> slots(Connection connection, String queue) throws Exception {
		List<Instant> slots = new ArrayList<>();
		Channel channel = connection.createChannel();
		for (GetResponse each = channel.basicGet(queue, true); each != null; each = channel.basicGet(queue, true)) {
			slots.add(each.getProps().getTimestamp().toInstant());
		}
		return slots;
	}

}
