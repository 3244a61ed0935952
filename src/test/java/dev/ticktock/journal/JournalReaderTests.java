package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.SettableClock;
import dev.ticktock.message.Marker;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JournalReader}.
 */
@ExtendWith(OutputCaptureExtension.class)
class JournalReaderTests {

	private static final Trust TRUST = Trust.of("guest", List.of());

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final Ledger ledger = new Ledger("journal", TRUST, new ClockTolerance(this.clock, Duration.ofMinutes(5)),
			new Doubts(new SimpleMeterRegistry(), this.clock, this.uptime),
			new Chronicle(List.of(), this.clock, this.uptime));

	private JournalReader reader;

	@BeforeEach
	void attach() throws Exception {
		RecordedChannel recorded = new RecordedChannel();
		this.reader = new JournalReader(recorded.channel(), recorded.channel(), "journal", TRUST, this.ledger, true,
				this.uptime, new FailingListener());
		this.reader.attach("tag", Duration.ofHours(1));
	}

	private void deliver(AMQP.BasicProperties properties) throws Exception {
		this.reader.handleDelivery("tag", new Envelope(1, false, "", "journal"), properties, new byte[0]);
	}

	@Test
	void anErrorEndsTheReadingSoThatItBeginsAgain(CapturedOutput output) throws Exception {
		deliver(new AMQP.BasicProperties());
		assertThat(this.reader.awaitEnd(Duration.ZERO)).isFalse();
		deliver(Marker.properties("another", TRUST));
		assertThat(this.reader.awaitEnd(Duration.ZERO)).isTrue();
		assertThat(this.reader.isIncomplete()).isFalse();
		assertThat(output).contains("Unexpected failure; reading the journal again", "StackOverflowError: as if");
	}

	@Test
	void whatIsDeliveredAfterTheEndIsNotRead(CapturedOutput output) throws Exception {
		deliver(Marker.properties("another", TRUST));
		deliver(Marker.properties("another", TRUST));
		assertThat(this.ledger.records()).isOne();
		assertThat(output).containsOnlyOnce("Unexpected failure");
	}

	/**
	 * Fails when a marker of somebody else has been read.
	 */
	private static final class FailingListener implements JournalReader.Listener {

		@Override
		public void caughtUp() {
		}

		@Override
		public void live() {
		}

		@Override
		public void marked() {
			throw new StackOverflowError("as if");
		}

		@Override
		public void checkpoint() {
		}

	}

}
