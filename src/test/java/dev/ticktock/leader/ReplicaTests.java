package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalProperties;
import dev.ticktock.journal.Ledger;
import dev.ticktock.journal.MissedProperties;
import dev.ticktock.leader.LeaderProperties.QueueType;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Replica}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReplicaTests {

	private static final Trust TRUST = Trust.of("guest", List.of());

	private final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T12:00:00Z"));

	private final Uptime uptime = Uptime.ofProcess();

	private final Hearts hearts = new Hearts(this.uptime);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final AtomicInteger attempts = new AtomicInteger();

	private final ConnectionFactory connections = new ConnectionFactory() {

		@Override
		public Connection newConnection(List<Address> addresses, String name) {
			ReplicaTests.this.attempts.incrementAndGet();
			throw new IllegalStateException("as if");
		}

	};

	private Replica replica() {
		BrokerConnector connector = new BrokerConnector(this.connections, List.of(), false, "me", Uptime.ofProcess());
		ClockTolerance tolerance = new ClockTolerance(this.clock, Duration.ofMinutes(5));
		Topology topology = new Topology("exchange", "exchange.leader", "exchange.journal");
		LeaderProperties properties = new LeaderProperties(null, QueueType.QUORUM, Duration.ofSeconds(15),
				tolerance.tolerance(), List.of());
		Terms terms = new Terms(connector, topology, properties.limit(), TRUST, tolerance,
				new TickMeters(this.meters, 0, this.clock, this.uptime), List.of(), this.meters, this.uptime);
		Ledger ledger = new Ledger(new JournalDecoder(topology, TRUST), tolerance, List.of(), this.meters, this.uptime);
		Journal journal = new Journal(connector, topology,
				new JournalProperties(false, null, Duration.ofDays(7), DataSize.ofGigabytes(1),
						DataSize.ofMegabytes(32)),
				new MissedProperties(true), ledger, TRUST, () -> null, this.uptime, this.hearts);
		return new Replica(connector, topology, properties, terms, journal, () -> Schedules.of(Map.of()), (event) -> {
		}, this.uptime, this.hearts);
	}

	@Test
	void anExceptionDoesNotEndTheThread(CapturedOutput output) {
		Replica replica = replica();
		replica.start();
		Awaitility.await().atMost(PATIENCE).until(() -> this.attempts.get() > 3);
		assertThat(output).contains("Unexpected failure; reconnecting", "IllegalStateException: as if");
		assertThat(replica.status().role()).isEqualTo(Role.DISCONNECTED);
		assertThat(replica.status().trouble()).contains("as if");
		assertThat(this.hearts.threads()).containsExactly("replica");
		replica.stop();
		assertThat(this.hearts.threads()).isEmpty();
	}

}
