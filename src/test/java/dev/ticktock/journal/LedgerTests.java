package dev.ticktock.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ledger}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LedgerTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");

	private static final Trust TRUST = new Trust("ticktock", List.of("renamed"));

	private static final Trust SOMEBODY = new Trust("another", List.of());

	private static final String TERM = "term";

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(30));

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<String> told = new ArrayList<>();

	private final Ledger ledger = new Ledger(
			new JournalDecoder(new Topology("exchange", "exchange.leader", "journal"), TRUST),
			new ClockTolerance(this.clock, Duration.ofMinutes(5)), List.of(this::tell), this.meters,
			new SettableUptime());

	private void tell(JournalRecord record, Instant at) {
		this.told.add("%s at %s".formatted(record.getClass().getSimpleName(), at));
	}

	private void readTick(String exchange, String event, Instant slot) {
		TickMessage message = new TickMessage(this.clock, "leader", Dialect.RABBITMQ);
		this.ledger.read(new Envelope(1, false, exchange, event),
				message.properties(new Tick(event, slot, null, null, slot.plusSeconds(60), null)), new byte[0]);
	}

	private void readTick(String event, Instant slot) {
		readTick("exchange.out", event, slot);
	}

	private static Envelope toTheExchange(String key) {
		return new Envelope(1, false, "exchange", key);
	}

	private static Envelope toTheJournal() {
		return new Envelope(1, false, "", "journal");
	}

	private void read(ControlMessage message) {
		this.ledger.read(toTheJournal(), message.properties(), message.body());
	}

	private void readCheckpoint(Envelope envelope, Trust publisher, Cursor cursor) {
		ControlMessage message = ControlMessage.checkpoint(
				new Checkpoint(cursor, Map.of("a", new Covered("@every PT1M", false, cursor.slot(), null)), Holds.NONE),
				TERM, publisher);
		this.ledger.read(envelope, message.properties(), message.body());
	}

	private void readCheckpoint(Cursor cursor) {
		readCheckpoint(toTheJournal(), TRUST, cursor);
	}

	private double distrusted() {
		return this.meters.get("ticktock.journal.distrusted").counter().count();
	}

	private double ahead() {
		return this.meters.get("ticktock.journal.ahead").counter().count();
	}

	@Test
	void theCursorIsTheLastTickInTheOrderOfSlotAndEventHoweverTheyAreRead() {
		assertThat(this.ledger.cursor()).isNull();
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		readTick("b", SLOT);
		readTick("a", SLOT);
		readTick("z", SLOT.minusSeconds(1));
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "b"));
	}

	@Test
	void whatSomebodyPublishedByHandDoesNotMoveTheCursor() {
		readCheckpoint(Cursor.at(SLOT));
		Instant later = SLOT.plusSeconds(60);
		this.ledger.read(toTheExchange("a"), new AMQP.BasicProperties(), "run now".getBytes(StandardCharsets.UTF_8));
		readTick("exchange", "a", later);
		readTick("exchange", "a", FUTURE);
		readTick("exchange.outside", "a", later);
		this.ledger.read(new Envelope(1, false, "exchange.out", "b"),
				new AMQP.BasicProperties.Builder().messageId(TickMessage.id("a", later))
					.timestamp(Date.from(later))
					.build(),
				new byte[0]);
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
		assertThat(distrusted()).isZero();
	}

	@Test
	void theFirstCheckpointOfATermTakesThePlaceOfWhatAWrongClockHasPublished() {
		readCheckpoint(Cursor.at(SLOT));
		readTick("a", SLOT.plusSeconds(400));
		this.clock.set(SLOT.plusSeconds(200));
		assertThat(this.ledger.hasPassedOver()).isTrue();
		readTick("a", SLOT.plusSeconds(401));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(401), "a"));
		read(ControlMessage.checkpoint(new Checkpoint(Cursor.at(SLOT.plusSeconds(50)), Map.of(), Holds.NONE), "next",
				TRUST));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT.plusSeconds(50)));
		assertThat(this.ledger.hasPassedOver()).isFalse();
	}

	/** Otherwise a leader would miss its own ticks after its first checkpoint. */
	@Test
	void theLastTickIsOneOfTheTermAlsoAfterItsFirstCheckpoint() {
		readTick("a", SLOT);
		read(ControlMessage.marker(TERM, TERM, TRUST));
		assertThat(this.ledger.lastTick()).isNull();
		readTick("a", SLOT.plusSeconds(1));
		readCheckpoint(Cursor.at(SLOT.plusSeconds(1)));
		read(ControlMessage.marker(TERM, TERM, TRUST));
		assertThat(this.ledger.lastTick()).isEqualTo(new Cursor(SLOT.plusSeconds(1), "a"));
	}

	@Test
	void aCheckpointCountsIfATrustedAccountHasWrittenIt() {
		readCheckpoint(toTheJournal(), new Trust("renamed", List.of()), Cursor.at(SLOT));
		readCheckpoint(toTheJournal(), SOMEBODY, Cursor.at(SLOT.plusSeconds(20)));
		readCheckpoint(toTheExchange("journal"), TRUST, Cursor.at(SLOT.plusSeconds(20)));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
		assertThat(distrusted()).isOne();
	}

	@Test
	void whatIsFurtherAheadThanTheToleranceDoesNotCount(CapturedOutput output) {
		readCheckpoint(Cursor.at(SLOT));
		readTick("a", SLOT.plusSeconds(30 + 300));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(330), "a"));
		assertThat(ahead()).isZero();
		readTick("a", SLOT.plusSeconds(331));
		readCheckpoint(Cursor.at(FUTURE));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(330), "a"));
		assertThat(ahead()).isEqualTo(2);
		assertThat(output).containsOnlyOnce("ERROR")
			.contains("\"a@2026-03-01T10:20:31Z\"")
			.contains("and the clock here says 2026-03-01T10:15:30Z. Set the clocks of all replicas by NTP");
	}

	@Test
	void aCheckpointByWhichAScheduleIsDoneUntilTheFutureDoesNotCount() {
		readCheckpoint(Cursor.at(SLOT));
		Map<String, Covered> schedules = Map.of("a", new Covered("@every PT1M", false, FUTURE, null));
		read(ControlMessage.checkpoint(new Checkpoint(Cursor.at(SLOT), schedules, Holds.NONE), "next", TRUST));
		read(ControlMessage.added(new Checkpoint(Cursor.at(SLOT), schedules, Holds.NONE), "next", TRUST));
		assertThat(ahead()).isEqualTo(2);
		assertThat(this.ledger.forTerm(SLOT)).isNotNull()
			.satisfies((progress) -> assertThat(progress.latest()).isEqualTo(SLOT));
		this.clock.set(FUTURE);
		read(ControlMessage.checkpoint(new Checkpoint(Cursor.at(SLOT), schedules, Holds.NONE), "next", TRUST));
		assertThat(this.ledger.isAhead()).isFalse();
		this.clock.set(SLOT);
		assertThat(this.ledger.isAhead()).isTrue();
	}

	@Test
	void aStreamThatIsANewOneIsToldFromItsOffsetOn() {
		Instant slot = SLOT;
		for (long offset : new long[] { 1000, 1001, 1001 }) {
			readSkipped(offset, slot);
		}
		assertThat(this.told).hasSize(2);
		this.ledger.startOver();
		readSkipped(7, slot);
		readSkipped(7, slot);
		assertThat(this.told).hasSize(3);
	}

	private void readSkipped(long offset, Instant noticed) {
		ControlMessage message = ControlMessage.skipped(new Skipping(Reason.LATE, null, noticed, List.of()), TRUST);
		Map<String, Object> headers = new HashMap<>(message.properties().getHeaders());
		headers.put("x-stream-offset", offset);
		this.ledger.read(toTheJournal(), message.properties().builder().headers(headers).build(), message.body());
	}

	@Test
	void whatWasBelievedWhileTheClockWasAheadIsNoticedWhenItIsPutRight() {
		readCheckpoint(Cursor.at(SLOT));
		this.clock.set(FUTURE);
		readTick("a", FUTURE.minusSeconds(1));
		assertThat(this.ledger.isAhead()).isFalse();
		this.clock.set(SLOT.plusSeconds(40));
		assertThat(this.ledger.isAhead()).isTrue();
		this.ledger.forget();
		assertThat(this.ledger.isAhead()).isFalse();
		assertThat(this.ledger.cursor()).isNull();
	}

	@Test
	void whatWasPassedOverWhileTheClockWasBehindIsNoticedWhenItIsPutRight() {
		this.clock.set(SLOT.minus(Duration.ofHours(1)));
		readCheckpoint(Cursor.at(SLOT));
		assertThat(this.ledger.cursor()).isNull();
		assertThat(this.ledger.hasPassedOver()).isFalse();
		this.clock.set(SLOT);
		assertThat(this.ledger.hasPassedOver()).isTrue();
	}

	@Test
	void aCheckpointSaysAsWhatAnEventWasCovered() {
		assertThat(this.ledger.coveredAs("a")).isNull();
		assertThat(this.ledger.coversRegistered()).isFalse();
		readCheckpoint(Cursor.at(SLOT));
		assertThat(this.ledger.coveredAs("a")).isEqualTo("@every PT1M");
		assertThat(this.ledger.coveredAs("other")).isNull();
		assertThat(this.ledger.coversRegistered()).isFalse();
		Map<String, Covered> schedules = Map.of("a", new Covered("@every PT1M", true, SLOT, null));
		read(ControlMessage.checkpoint(new Checkpoint(Cursor.at(SLOT), schedules, Holds.NONE), TERM, TRUST));
		assertThat(this.ledger.coversRegistered()).isTrue();
	}

	private static AMQP.BasicProperties at(long offset, AMQP.BasicProperties properties) {
		Map<String, Object> headers = new HashMap<>(properties.getHeaders());
		headers.put("x-stream-offset", offset);
		return properties.builder().headers(headers).build();
	}

	private static AMQP.BasicProperties byHand() {
		return new AMQP.BasicProperties.Builder().appId("a person").headers(Map.of()).build();
	}

	@Test
	void whatIsNotOfTheFutureIsToldWithAboutWhenItWasWritten() {
		readTick("a", SLOT);
		readTick("elsewhere", "a", SLOT);
		readTick("a", FUTURE);
		this.ledger.read(toTheExchange("a"), byHand(), new byte[0]);
		this.ledger.read(toTheJournal(), byHand(), new byte[0]);
		read(ControlMessage.skipped(new Skipping(Reason.OUTAGE, SLOT, SLOT,
				List.of(new SkippedSlots("a", SLOT, SLOT.plusSeconds(120), 3, false))), TRUST));
		this.ledger.live(true);
		this.ledger.read(toTheExchange("a"), byHand(), new byte[0]);
		assertThat(this.told).containsExactly("Tick at 2026-03-01T10:15:00Z", "ByHand at 2026-03-01T10:15:00Z",
				"ByHand at 2026-03-01T10:15:00Z", "Unknown at 2026-03-01T10:15:00Z", "Skipped at 2026-03-01T10:15:00Z",
				"ByHand at 2026-03-01T10:15:30Z");
	}

	@Test
	void whatIsReadAgainIsToldOnceAndAStreamThatBeginsAnewFromItsStart() {
		for (long offset : new long[] { 7, 8, 7, 8, 9, 0, 1 }) {
			this.ledger.read(toTheExchange("a"), at(offset, byHand()), new byte[0]);
		}
		assertThat(this.told).hasSize(5);
	}

	private static ReplicaInfo hello(Instant at) {
		return new ReplicaInfo("a", "1", "STANDBY", SLOT, null, null, null, new Fingerprint("x", "y"), at);
	}

	@Test
	void aHelloIsToldOnceWithTheTimeAtWhichItWasRead() {
		ControlMessage hello = ControlMessage.replica(hello(SLOT.plusSeconds(10)), TRUST);
		this.ledger.read(toTheJournal(), at(7, hello.properties()), hello.body());
		this.ledger.read(toTheJournal(), at(7, hello.properties()), hello.body());
		assertThat(this.told).containsExactly("Replica at 2026-03-01T10:15:10Z");
		this.ledger.live(true);
		this.ledger.read(toTheJournal(), at(8, hello.properties()), hello.body());
		assertThat(this.told).last().isEqualTo("Replica at 2026-03-01T10:15:30Z");
		this.ledger.live(false);
		read(ControlMessage.replica(hello(FUTURE), TRUST));
		assertThat(this.told).last().isEqualTo("Replica at 2026-03-01T10:15:30Z");
	}

}
