package dev.ticktock.journal;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.support.FailingConnections;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link HistoryReading}: its thread.
 */
@ExtendWith(OutputCaptureExtension.class)
class HistoryReadingTests {

	private final Clock clock = Clock.systemUTC();

	private final Uptime uptime = Uptime.ofProcess();

	private final Hearts hearts = new Hearts(this.uptime);

	private final FailingConnections connections = new FailingConnections();

	private final Journal journal = mock();

	private final HistoryReading reading = new HistoryReading(
			new BrokerConnector(this.connections, List.of(), false, "me"), this.journal,
			new Chronicle(List.of(), this.clock, this.uptime), List.of(mock(JournalRecords.class)),
			new JournalDecoder(new Topology("exchange", "leader", "journal"), Trust.of("guest", List.of())),
			new ClockTolerance(this.clock, Duration.ofMinutes(5)), this.clock, this.uptime, Duration.ofMillis(1),
			this.hearts);

	@AfterEach
	void stop() {
		this.reading.stop();
	}

	@Test
	void whateverIsThrownTheThreadGoesOn(CapturedOutput output) {
		given(this.journal.isEnabled()).willReturn(true);
		given(this.journal.state()).willReturn(JournalState.ATTACHED);
		given(this.journal.queue()).willReturn("journal");
		this.reading.start();
		Awaitility.await().atMost(PATIENCE).until(() -> this.connections.attempts() > 3);
		assertThat(output).contains("Unexpected failure; reading the history again", "StackOverflowError: as if");
		assertThat(this.hearts.threads()).containsExactly("history");
		this.reading.stop();
		Awaitility.await().atMost(PATIENCE).until(() -> this.hearts.threads().isEmpty());
	}

}
