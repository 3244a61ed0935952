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
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Holds;
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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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

	private static final Trust TRUST = new Trust("guest", List.of());

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final Ledger ledger = new Ledger(
			new JournalDecoder(new Topology("exchange", "exchange.leader", "journal"), TRUST),
			new ClockTolerance(this.clock, Duration.ofMinutes(5)), List.of(), new SimpleMeterRegistry(), this.uptime);

	private final Position position = new Position(Position.NEAR, Duration.ofDays(7), this.uptime);

	private final List<String> heard = new ArrayList<>();

	private RecordedChannel recorded;

	private JournalReader reader;

	private long deliveryTag;

	private boolean publishing;

	@BeforeEach
	void connect() throws Exception {
		this.recorded = new RecordedChannel();
		this.deliveryTag = 0;
		this.reader = new JournalReader(this.recorded.channel(), "journal", this.position, this.ledger, TRUST,
				this.uptime, this::hear, () -> this.publishing);
	}

	private void hear(JournalRecord record) {
		this.heard.add(record.getClass().getSimpleName());
		if (record instanceof JournalRecord.Marker marker && marker.id().equals("fail")) {
			throw new IllegalStateException("as if");
		}
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

	private void deliverByHand(long offset) throws IOException {
		deliver(offset, "exchange", "job", new AMQP.BasicProperties(), new byte[0]);
	}

	private void deliverMany(int records) throws IOException {
		for (int i = 0; i < records; i++) {
			deliverByHand(1000 + this.deliveryTag);
		}
	}

	private void deliver(long offset, ControlMessage message) throws IOException {
		deliver(offset, "", "journal", message.properties(), message.body());
	}

	private void deliverMarker(long offset, String id) throws IOException {
		deliver(offset, ControlMessage.marker(id, null, TRUST));
	}

	private void deliverOwnMarker(long offset) throws IOException {
		deliver(offset, "", "journal", this.recorded.published("marker").get(0).properties(), new byte[0]);
	}

	private void deliverCheckpoint(long offset) throws IOException {
		deliver(offset,
				ControlMessage.checkpoint(new Checkpoint(Cursor.at(NOON), Map.of(), Holds.NONE), "term", TRUST));
	}

	/** The correlation id tells copies of a tick apart. */
	private void deliverTick(long offset, int second, String correlationId) throws IOException {
		TickMessage message = new TickMessage(this.clock, "leader", Dialect.RABBITMQ);
		Tick tick = new Tick("job", NOON.plusSeconds(second), null, null, NOON.plusSeconds(second + 60), null);
		deliver(offset, "exchange.out", "job", message.properties(tick).builder().correlationId(correlationId).build(),
				message.body(tick));
	}

	private void lose() {
		this.reader.handleShutdownSignal("tag", new ShutdownSignalException(true, false, null, new Object()));
	}

	/** The client ends the connection, because it cannot read the next record. */
	private void loseUnreadable() throws BrokerUnavailableException {
		ShutdownSignalException signal = new ShutdownSignalException(true, false, null, new Object());
		signal.initCause(new IllegalStateException("Message body is too large"));
		this.reader.handleShutdownSignal("tag", signal);
		this.reader.throwFault();
	}

	private boolean hasEnded() throws InterruptedException {
		return this.reader.awaitEnd(Duration.ZERO);
	}

	/** At the offsets 10 to 13: a checkpoint, the marker, a tick and another message. */
	private void catchUp() throws Exception {
		assertThat(attach()).isEqualTo("120s");
		deliverCheckpoint(10);
		assertThat(this.reader.hasCaughtUp()).isFalse();
		deliverOwnMarker(11);
		deliverTick(12, 1, "one");
		deliverByHand(13);
		assertThat(this.reader.hasCaughtUp()).isTrue();
		this.heard.clear();
	}

	@Test
	void withoutACheckpointItBeginsAgainFurtherBackAndThenAtTheFirstRecord() throws Exception {
		for (String begin : List.of("120s", "300s", "660s", "3600s")) {
			assertThat(attach()).isEqualTo(begin);
			deliverOwnMarker(10);
			assertThat(hasEnded()).isTrue();
		}
		assertThat(attach()).isEqualTo("first");
		deliverOwnMarker(12);
		assertThat(hasEnded()).isFalse();
		assertThat(this.reader.hasCaughtUp()).isTrue();
		assertThat(this.position.first()).isEqualTo(10);
	}

	@Test
	void theFirstRecordOfTheStreamIsReadOnceThoughThereIsNoCheckpoint() throws Exception {
		assertThat(attach()).isEqualTo("120s");
		deliverTick(0, 1, "one");
		deliverOwnMarker(1);
		assertThat(hasEnded()).isFalse();
		assertThat(this.reader.hasCaughtUp()).isTrue();
	}

	/**
	 * As after a suspension: records in the socket are read before the connection is
	 * found dead, long after they were published.
	 */
	@Test
	void itGoesOnAtTheLastRecordThatHasAnIdHoweverLongTheProcessStoodStill() throws Exception {
		catchUp();
		this.uptime.pass(Duration.ofSeconds(125));
		this.clock.advance(Duration.ofSeconds(125));
		deliverTick(14, 2, "one");
		deliverByHand(15);
		lose();
		assertThat(hasEnded()).isTrue();
		assertThat(attach()).isEqualTo(14L);
		deliverTick(14, 2, "one");
		deliverByHand(15);
		deliverMarker(16, "of the next leader");
		deliverTick(17, 3, "other");
		deliverOwnMarker(18);
		assertThat(hasEnded()).isFalse();
		assertThat(this.reader.hasCaughtUp()).isTrue();
		assertThat(this.heard).containsExactly("Marker", "Marker");
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(NOON.plusSeconds(3), "job"));
	}

	@Test
	void anotherRecordAtThatOffsetMakesItBeginAsAtTheStart() throws Exception {
		catchUp();
		lose();
		assertThat(attach()).isEqualTo(12L);
		deliverTick(12, 1, "other");
		assertThat(hasEnded()).isTrue();
		this.reader.throwFault();
		assertThat(attach()).isEqualTo("120s");
		deliverTick(6, 1, "other");
		deliverCheckpoint(7);
		deliverOwnMarker(8);
		assertThat(this.reader.hasCaughtUp()).isTrue();
	}

	@Test
	void aStreamThatIsShorterMakesItBeginAsAtTheStart() throws Exception {
		catchUp();
		lose();
		attach();
		this.reader.check();
		assertThat(hasEnded()).isFalse();
		this.uptime.pass(JournalReader.RESEND.plusMillis(1));
		this.reader.check();
		assertThat(hasEnded()).isTrue();
		assertThat(attach()).isEqualTo("120s");
	}

	@Test
	void aMarkerIsSentAgainAndAReadingThatStallsFails() throws Exception {
		attach();
		this.uptime.pass(JournalReader.RESEND.plusMillis(1));
		this.reader.check();
		assertThat(this.recorded.published("marker")).hasSize(2);
		this.uptime.pass(JournalReader.STALLED);
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(this.reader::check)
			.withMessage("nothing was read from \"journal\" within 15 s");
	}

	@Test
	void aReadingThatHasCaughtUpFailsIfNotEvenThisReplicaIsRead() throws Exception {
		catchUp();
		this.reader.check();
		this.uptime.pass(JournalReader.SILENT);
		this.reader.check();
		this.recorded.block();
		this.uptime.pass(Duration.ofHours(1));
		this.reader.check();
		this.recorded.unblock();
		this.uptime.pass(JournalReader.SILENT.plusMillis(1));
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(this.reader::check);
	}

	@Test
	void aRecordThatTheClientCannotReadIsSteppedOver(CapturedOutput output) throws Exception {
		catchUp();
		loseUnreadable();
		attach();
		loseUnreadable();
		assertThat(output).containsOnlyOnce("Passing over the record at offset 14 of the journal: ");
		assertThat(attach()).isEqualTo(16L);
		deliverOwnMarker(16);
		assertThat(this.reader.hasCaughtUp()).isTrue();
		lose();
		assertThat(attach()).isEqualTo(16L);
	}

	@Test
	void aRecordThatMeetsAFaultIsSteppedOver(CapturedOutput output) throws Exception {
		catchUp();
		deliverMarker(14, "fail");
		deliverMarker(15, "fail");
		deliverCheckpoint(16);
		assertThat(hasEnded()).isFalse();
		assertThat(this.heard).endsWith("CheckpointRecord");
		assertThat(output.getAll())
			.containsOnlyOnce("Unexpected failure; passing over the record at offset 14 of the journal");
	}

	@Test
	void whereTheFirstRecordCannotBeReadItBeginsFurtherBackAndThenNearerToNow(CapturedOutput output) throws Exception {
		for (String begin : List.of("120s", "300s", "660s", "3600s", "first", "302400s")) {
			assertThat(attach()).isEqualTo(begin);
			loseUnreadable();
		}
		for (int i = 0; i < 18; i++) {
			attach();
			loseUnreadable();
		}
		assertThat(attach()).isEqualTo("next");
		deliverOwnMarker(100);
		assertThat(this.reader.hasCaughtUp()).isTrue();
		assertThat(output).contains("Reading the journal from next on, because a record before it cannot be read");
	}

	@Test
	void whatIsReadIsAcknowledgedHoweverLittleComes() throws Exception {
		catchUp();
		this.reader.check();
		this.reader.check();
		assertThat(this.recorded.acknowledged()).containsExactly(4L);
		deliverMany(100);
		assertThat(this.recorded.acknowledged()).containsExactly(4L, 104L);
	}

	/** The broker then sends no more than 500 records ahead. */
	@Test
	void whileTheReplicaPublishesNothingIsAcknowledgedForTwoSeconds() throws Exception {
		catchUp();
		this.reader.check();
		this.publishing = true;
		deliverMany(500);
		this.reader.check();
		assertThat(this.recorded.acknowledged()).containsExactly(4L);
		this.publishing = false;
		deliverMany(1);
		assertThat(this.recorded.acknowledged()).containsExactly(4L, 505L);
	}

	@Test
	void whatAReplicaPublishesAllTheTimeIsReadAllTheTime() throws Exception {
		catchUp();
		this.reader.check();
		this.publishing = true;
		this.uptime.pass(Duration.ofMillis(2001));
		deliverMany(500);
		assertThat(this.recorded.acknowledged()).containsExactly(4L, 104L, 204L, 304L, 404L, 504L);
		checkBetweenSlots();
		deliverMany(100);
		assertThat(this.recorded.acknowledged()).endsWith(504L, 604L);
		checkBetweenSlots();
		deliverMany(100);
		assertThat(this.recorded.acknowledged()).endsWith(504L, 604L);
	}

	private void checkBetweenSlots() throws Exception {
		this.publishing = false;
		this.reader.check();
		this.publishing = true;
	}

	@Test
	void whatIsDeliveredAfterTheEndIsNotRead() throws Exception {
		catchUp();
		this.reader.handleCancel("tag");
		deliverCheckpoint(14);
		assertThat(this.heard).isEmpty();
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(this.reader::throwFault)
			.withMessage("the broker stopped delivering from \"journal\"");
	}

}
