package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.ArgumentCaptor;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.then;

/**
 * Tests for {@link JournalReader} and for the {@link Position} at which one reading
 * follows another.
 */
@ExtendWith(OutputCaptureExtension.class)
class JournalReaderTests {

	private static final Trust TRUST = Trust.of("guest", List.of());

	private static final Trust MALLORY = Trust.of("mallory", List.of());

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final byte[] EMPTY = new byte[0];

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final Ledger ledger = new Ledger(
			new JournalDecoder(new Topology("exchange", "exchange.leader", "journal"), TRUST),
			new ClockTolerance(this.clock, Duration.ofMinutes(5)),
			new Doubts(new SimpleMeterRegistry(), this.clock, this.uptime),
			new Chronicle(List.of(), this.clock, this.uptime));

	private final Position position = new Position(Duration.ofDays(7), this.uptime);

	private final List<String> heard = new ArrayList<>();

	private RecordedChannel recorded;

	private JournalReader reader;

	private long deliveryTag;

	@BeforeEach
	void connect() throws Exception {
		this.recorded = new RecordedChannel();
		this.deliveryTag = 0;
		this.reader = new JournalReader(this.recorded.channel(), this.recorded.channel(), "journal", TRUST, this.ledger,
				this.position, this.uptime, new Heard(), () -> this.heard.add("caught up"));
	}

	private Object attach() throws Exception {
		connect();
		this.reader.attach("tag");
		ArgumentCaptor<Map<String, Object>> arguments = ArgumentCaptor.captor();
		then(this.recorded.channel()).should()
			.basicConsume(anyString(), anyBoolean(), anyString(), anyBoolean(), anyBoolean(), arguments.capture(),
					any());
		return Objects.requireNonNull(arguments.getValue().get("x-stream-offset"));
	}

	private void deliver(long offset, String exchange, String key, AMQP.BasicProperties properties, byte[] body)
			throws IOException {
		Map<String, Object> headers = new HashMap<>(Map.of("x-stream-offset", offset));
		if (properties.getHeaders() != null) {
			headers.putAll(properties.getHeaders());
		}
		this.reader.handleDelivery("tag", new Envelope(++this.deliveryTag, false, exchange, key),
				properties.builder().headers(headers).build(), body);
	}

	private void deliver(long offset, AMQP.BasicProperties properties) throws IOException {
		deliver(offset, "", "journal", properties, EMPTY);
	}

	private void deliver(long offset, ControlMessage message) throws IOException {
		deliver(offset, "", "journal", message.properties(), message.body());
	}

	private void deliverOwnMarker(long offset) throws IOException {
		deliver(offset, this.recorded.published("marker").get(0).properties());
	}

	private void deliverCheckpoint(long offset, Trust publisher) throws IOException {
		deliver(offset, ControlMessage.checkpoint(new Checkpoint(Cursor.at(NOON), Map.of()), "term", publisher));
	}

	/** The correlation id tells copies of a tick apart. */
	private void deliverTick(long offset, int second, String correlationId) throws IOException {
		TickMessage message = new TickMessage(this.clock, "leader", Dialect.RABBITMQ);
		Tick tick = new Tick("job", NOON.plusSeconds(second), null, null, NOON.plusSeconds(second + 60));
		deliver(offset, "exchange.out", "job", message.properties(tick).builder().correlationId(correlationId).build(),
				message.body(tick));
	}

	private void lose(Throwable cause) {
		ShutdownSignalException signal = new ShutdownSignalException(true, false, null, new Object());
		signal.initCause(cause);
		this.reader.handleShutdownSignal("tag", signal);
	}

	private boolean hasEnded() throws InterruptedException {
		return this.reader.awaitEnd(Duration.ZERO);
	}

	/** At the offsets 10 to 13: a checkpoint, the marker, a tick and another message. */
	private void catchUp() throws Exception {
		assertThat(attach()).isEqualTo("300s");
		deliverCheckpoint(10, TRUST);
		deliverOwnMarker(11);
		deliverTick(12, 1, "one");
		deliver(13, "exchange", "job", new AMQP.BasicProperties(), EMPTY);
		assertThat(this.heard).endsWith("caught up", "advanced");
		this.heard.clear();
	}

	@Test
	void withoutACheckpointItBeginsAgainAnHourBackAndThenAtTheFirstRecord() throws Exception {
		attach();
		deliverOwnMarker(10);
		assertThat(hasEnded()).isTrue();
		assertThat(this.reader.isToBeginAgain()).isTrue();
		assertThat(attach()).isEqualTo("3600s");
		deliverOwnMarker(11);
		assertThat(hasEnded()).isTrue();
		assertThat(attach()).isEqualTo("first");
		deliverOwnMarker(12);
		assertThat(hasEnded()).isFalse();
		assertThat(this.heard).containsExactly("caught up", "advanced");
	}

	/**
	 * As after a suspension: records in the socket are read before the connection is
	 * found dead, long after they were published.
	 */
	@Test
	void itGoesOnAtTheLastRecordThatCountedHoweverLongTheProcessStoodStill() throws Exception {
		catchUp();
		this.uptime.pass(Duration.ofSeconds(125));
		this.clock.advance(Duration.ofSeconds(125));
		deliverTick(14, 2, "one");
		deliver(15, "exchange", "job", new AMQP.BasicProperties(), EMPTY);
		lose(new IOException("Connection reset"));
		assertThat(hasEnded()).isTrue();
		assertThat(attach()).isEqualTo(14L);
		deliverTick(14, 2, "one");
		deliver(15, "exchange", "job", new AMQP.BasicProperties(), EMPTY);
		deliver(16, ControlMessage.marker("of the next leader", "next", TRUST));
		deliverTick(17, 3, "other");
		deliverOwnMarker(18);
		assertThat(hasEnded()).isFalse();
		assertThat(this.heard).containsExactly("advanced", "caught up", "advanced");
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(NOON.plusSeconds(3), "job"));
	}

	@Test
	void anotherRecordAtThatOffsetMakesItBeginAsAtTheStart() throws Exception {
		catchUp();
		lose(new IOException("Connection reset"));
		assertThat(attach()).isEqualTo(12L);
		deliverTick(12, 1, "other");
		assertThat(hasEnded()).isTrue();
		assertThat(this.reader.isToBeginAgain()).isTrue();
		assertThat(attach()).isEqualTo("300s");
		deliver(5, ControlMessage.marker("of the next leader", "next", TRUST));
		deliverTick(6, 1, "other");
		deliverCheckpoint(7, TRUST);
		deliverOwnMarker(8);
		assertThat(this.heard).endsWith("caught up", "advanced");
	}

	@Test
	void aStreamThatIsShorterMakesItBeginAsAtTheStart() throws Exception {
		catchUp();
		lose(new IOException("Connection reset"));
		attach();
		this.reader.check();
		assertThat(hasEnded()).isFalse();
		this.uptime.pass(JournalReader.RESEND.plusMillis(1));
		this.reader.check();
		assertThat(hasEnded()).isTrue();
		assertThat(attach()).isEqualTo("300s");
	}

	@Test
	void aRecordThatTheClientCannotTakeInIsSteppedOver(CapturedOutput output) throws Exception {
		catchUp();
		fail(true);
		fail(true);
		assertThat(output).containsOnlyOnce("Passing over the record at offset 14 of the journal, and 0 before: ");
		assertThat(attach()).isEqualTo(16L);
		deliverOwnMarker(16);
		assertThat(this.heard).endsWith("caught up", "advanced");
		lose(new IOException("Connection reset"));
		assertThat(attach()).isEqualTo(16L);
	}

	@Test
	void aRecordThatFailsForAnotherReasonIsSteppedOverAtTheSecondTime() throws Exception {
		catchUp();
		fail(false);
		assertThat(attach()).isEqualTo(12L);
		fail(false);
		assertThat(attach()).isEqualTo(15L);
	}

	private void fail(boolean certain) {
		lose(new IllegalStateException("Message body is too large"));
		this.position.fail(certain, "Message body is too large");
	}

	@Test
	void whereTheFirstRecordCannotBeReadItBeginsFurtherBackAndThenNearerToNow(CapturedOutput output) throws Exception {
		attach();
		fail(true);
		assertThat(attach()).isEqualTo("3600s");
		fail(true);
		assertThat(attach()).isEqualTo("first");
		fail(true);
		assertThat(attach()).isEqualTo("302400s");
		for (int i = 0; i < 19; i++) {
			fail(true);
		}
		assertThat(attach()).isEqualTo("next");
		deliverOwnMarker(100);
		assertThat(this.heard).containsExactly("caught up", "advanced");
		assertThat(output).contains("Reading the journal from next on, because a record before it cannot be read");
	}

	@Test
	void checkpointsThatDoNotCountAreNeitherToldNorProgress() throws Exception {
		catchUp();
		long trusted = this.ledger.trusted();
		for (int i = 0; i < 100; i++) {
			deliverCheckpoint(14 + i, MALLORY);
			deliver(114 + i, ControlMessage.marker("of somebody", null, MALLORY));
		}
		assertThat(this.heard).isEmpty();
		assertThat(this.ledger.trusted()).isEqualTo(trusted);
		deliverCheckpoint(300, TRUST);
		assertThat(this.heard).containsExactly("checkpoint");
	}

	@Test
	void whatIsReadIsAcknowledgedInTimeHoweverLittleComes() throws Exception {
		catchUp();
		assertThat(this.recorded.acknowledged()).containsExactly(1L);
		this.reader.check();
		assertThat(this.recorded.acknowledged()).containsExactly(1L);
		this.uptime.pass(Duration.ofSeconds(6));
		this.reader.check();
		this.reader.check();
		assertThat(this.recorded.acknowledged()).containsExactly(1L, 4L);
		for (int i = 0; i < 501; i++) {
			deliver(14 + i, "exchange", "job", new AMQP.BasicProperties(), EMPTY);
		}
		assertThat(this.recorded.acknowledged()).containsExactly(1L, 4L, 504L);
	}

	@Test
	void aFailureEndsTheReadingAndWhatIsDeliveredAfterwardsIsNotRead() throws Exception {
		attach();
		deliver(1, new AMQP.BasicProperties());
		assertThat(hasEnded()).isFalse();
		deliver(2, ControlMessage.marker("fail", null, TRUST));
		assertThat(hasEnded()).isTrue();
		assertThat(this.reader.isToBeginAgain()).isFalse();
		assertThat(this.reader.fault()).hasMessage("as if");
		long records = this.ledger.records();
		deliver(3, ControlMessage.marker("another", null, TRUST));
		assertThat(this.ledger.records()).isEqualTo(records);
	}

	/**
	 * Keeps what it hears, and can fail.
	 */
	private final class Heard implements JournalListener {

		@Override
		public void advanced() {
			JournalReaderTests.this.heard.add("advanced");
			if (JournalReaderTests.this.heard.size() == 1 && JournalReaderTests.this.ledger.cursor() == null) {
				throw new IllegalStateException("as if");
			}
		}

		@Override
		public void checkpoint() {
			JournalReaderTests.this.heard.add("checkpoint");
		}

	}

}
