package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.support.FailingConnections;
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
 * Tests for {@link Journal}.
 */
@ExtendWith(OutputCaptureExtension.class)
class JournalTests {

	private static final Trust TRUST = Trust.of("guest", List.of());

	private final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T12:00:00Z"));

	private final Uptime uptime = Uptime.ofProcess();

	private final Hearts hearts = new Hearts(this.uptime);

	private final FailingConnections connections = new FailingConnections();

	private final Ledger ledger = new Ledger(
			new JournalDecoder(new Topology("exchange", "exchange.leader", "journal"), TRUST),
			new ClockTolerance(this.clock, Duration.ofMinutes(5)),
			new Doubts(new SimpleMeterRegistry(), this.clock, this.uptime),
			new Chronicle(List.of(), this.clock, this.uptime));

	private final Journal journal = new Journal(new BrokerConnector(this.connections, List.of(), false, "me"),
			new Topology("exchange", "exchange.leader", "journal"),
			new JournalProperties(true, null, Duration.ofDays(7), DataSize.ofGigabytes(1), DataSize.ofMegabytes(32)),
			new MissedProperties(true), this.ledger, TRUST, () -> null, this.uptime, this.hearts);

	@Test
	void whateverIsThrownTheThreadGoesOn(CapturedOutput output) {
		this.journal.start(new Deaf());
		Awaitility.await().atMost(PATIENCE).until(() -> this.connections.attempts() > 3);
		assertThat(output).contains("Unexpected failure; reading the journal again", "StackOverflowError: as if");
		assertThat(this.hearts.threads()).containsExactly("journal");
		this.journal.stop();
		Awaitility.await().atMost(PATIENCE).until(() -> this.hearts.threads().isEmpty());
	}

	/**
	 * Does not listen.
	 */
	private static final class Deaf implements JournalListener {

		@Override
		public void advanced() {
		}

		@Override
		public void checkpoint() {
		}

	}

}
