package dev.ticktock.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.message.Hello;
import dev.ticktock.message.HelloMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.MissedMessage;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.message.Seal;
import dev.ticktock.message.SkippedMessage;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Ledger}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LedgerTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Instant STARTED = SLOT.minusSeconds(600);

	private static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");

	private static final Trust TRUST = Trust.of("ticktock", List.of("renamed"));

	private static final Trust SOMEBODY = Trust.of("somebody", List.of());

	private static final Seal SEAL = Seal.fresh();

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(30));

	private final SettableUptime uptime = new SettableUptime();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final RecordedHistory history = new RecordedHistory();

	private final Ledger ledger = new Ledger("journal", TRUST, new ClockTolerance(this.clock, Duration.ofMinutes(5)),
			new Doubts(this.meters, this.clock, this.uptime),
			new Chronicle(List.of(this.history), this.clock, this.uptime));

	private void readTick(String event, Instant slot, Seal seal) {
		TickMessage message = new TickMessage(this.clock, "leader", Dialect.RABBITMQ, seal);
		this.ledger.read(toTheExchange(event),
				message.properties(new Tick(event, slot, null, null, slot.plusSeconds(60))), new byte[0]);
	}

	private void readTick(String event, Instant slot) {
		readTick(event, slot, SEAL);
	}

	private static Envelope toTheExchange(String key) {
		return new Envelope(1, false, "exchange", key);
	}

	private static Envelope toTheJournal() {
		return new Envelope(1, false, "", "journal");
	}

	/** As the version writes a tick that had no seals. */
	private static AMQP.BasicProperties unsealed(String id, Instant slot) {
		return new AMQP.BasicProperties.Builder().appId("ticktock")
			.type("tick")
			.messageId(id)
			.correlationId("a random one")
			.timestamp(Date.from(slot))
			.build();
	}

	private void readUnsealed(String event, Instant slot) {
		this.ledger.read(toTheExchange(event), unsealed(TickMessage.id(event, slot), slot), new byte[0]);
	}

	private void readCheckpoint(Envelope envelope, Trust publisher, Cursor cursor) {
		this.ledger.read(envelope, CheckpointMessage.properties(publisher), CheckpointMessage
			.body(new Checkpoint(cursor, Map.of("a", new Covered("@every PT1M", false, cursor.slot()))), SEAL));
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
	void theCursorIsTheLastTickInTheOrderOfSlotAndEvent() {
		assertThat(this.ledger.cursor()).isNull();
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		readTick("b", SLOT);
		readTick("a", SLOT);
		readTick("z", SLOT.minusSeconds(1));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "b"));
	}

	@Test
	void aRecordThatIsReadAgainChangesNothing() {
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		readTick("a", SLOT);
		readTick("a", SLOT.plusSeconds(1));
		readTick("a", SLOT);
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(1), "a"));
	}

	@Test
	void whatSomebodyPublishedByHandDoesNotMoveTheCursor() {
		readCheckpoint(Cursor.at(SLOT));
		Instant later = SLOT.plusSeconds(60);
		this.ledger.read(toTheExchange("a"), new AMQP.BasicProperties(), "run now".getBytes(StandardCharsets.UTF_8));
		this.ledger.read(toTheExchange("a"), new AMQP.BasicProperties.Builder().timestamp(Date.from(later)).build(),
				new byte[0]);
		this.ledger.read(toTheExchange("a"), unsealed("by hand", later), new byte[0]);
		this.ledger.read(toTheExchange("b"), unsealed(TickMessage.id("a", later), later), new byte[0]);
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
		assertThat(distrusted()).isZero();
	}

	@Test
	void aTickWithoutTheSealOfATermDoesNotMoveTheCursor(CapturedOutput output) {
		readCheckpoint(Cursor.at(SLOT));
		readTick("a", SLOT.plusSeconds(1), Seal.fresh());
		readUnsealed("a", SLOT.plusSeconds(2));
		readUnsealed("a", FUTURE);
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
		assertThat(distrusted()).isEqualTo(3);
		assertThat(output).containsOnlyOnce("Ignoring a message with key \"a\"");
		this.uptime.pass(Duration.ofSeconds(61));
		readUnsealed("a", SLOT.plusSeconds(2));
		assertThat(output).contains("in the journal, and 2 before");
	}

	@Test
	void ticksOfAnEarlierTermCountToo() {
		readCheckpoint(Cursor.at(SLOT));
		Seal next = Seal.fresh();
		this.ledger.read(toTheJournal(), CheckpointMessage.properties(TRUST),
				CheckpointMessage.body(new Checkpoint(Cursor.at(SLOT), Map.of()), next));
		readTick("a", SLOT.plusSeconds(1), SEAL);
		readTick("a", SLOT.plusSeconds(2), next);
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(2), "a"));
	}

	@Test
	void theFirstCheckpointOfATermTakesThePlaceOfWhatAWrongClockHasPublished() {
		readCheckpoint(Cursor.at(SLOT));
		readTick("a", SLOT.plusSeconds(400));
		this.clock.set(SLOT.plusSeconds(200));
		assertThat(this.ledger.hasPassedOver()).isTrue();
		readTick("a", SLOT.plusSeconds(401));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(401), "a"));
		this.ledger.read(toTheJournal(), CheckpointMessage.properties(TRUST),
				CheckpointMessage.body(new Checkpoint(Cursor.at(SLOT.plusSeconds(50)), Map.of()), Seal.fresh()));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT.plusSeconds(50)));
		assertThat(this.ledger.hasPassedOver()).isFalse();
	}

	@Test
	void aTermWhoseFirstCheckpointIsLostIsKnownByItsMarker() {
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		Seal next = Seal.fresh();
		this.ledger.read(toTheJournal(), Marker.properties("m", TRUST, next), new byte[0]);
		readTick("a.b.0", SLOT, next);
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "a.b.0"));
	}

	@Test
	void theSealThatAMarkerOfSomebodyElseTellsDoesNotCount() {
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)));
		Seal forged = Seal.fresh();
		this.ledger.read(toTheJournal(), Marker.properties("m", SOMEBODY, forged), new byte[0]);
		readTick("a.b.0", SLOT, forged);
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT.minusSeconds(60)));
	}

	@Test
	void aCheckpointOfSomebodyElseDoesNotCount() {
		readCheckpoint(Cursor.at(SLOT));
		readCheckpoint(toTheJournal(), SOMEBODY, Cursor.at(SLOT.plusSeconds(20)));
		readCheckpoint(toTheExchange("journal"), TRUST, Cursor.at(SLOT.plusSeconds(20)));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
		assertThat(distrusted()).isEqualTo(2);
	}

	@Test
	void aCheckpointOfAnAccountThatIsTrustedBesidesCounts() {
		readCheckpoint(toTheJournal(), Trust.of("renamed", List.of()), Cursor.at(SLOT));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
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
	void whereNothingIsKnownThereIsNothingToBeginWith() {
		assertThat(this.ledger.forTerm(STARTED)).isNull();
		assertThat(this.ledger.knowsCheckpoint()).isFalse();
	}

	@Test
	void aVersionWithoutSealsCountsUntilTheFirstTrustedCheckpoint() {
		readUnsealed("a", STARTED.minusSeconds(5));
		assertThat(this.ledger.forTerm(STARTED)).extracting(Progress::cursor).isEqualTo(Cursor.at(STARTED));
		readUnsealed("a", STARTED.plusSeconds(5));
		assertThat(this.ledger.forTerm(STARTED)).extracting(Progress::cursor)
			.isEqualTo(new Cursor(STARTED.plusSeconds(5), "a"));
		readCheckpoint(toTheJournal(), SOMEBODY, Cursor.at(SLOT.plusSeconds(20)));
		assertThat(this.ledger.knowsCheckpoint()).isTrue();
		readCheckpoint(Cursor.at(SLOT));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
		readUnsealed("a", SLOT.plusSeconds(5));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void whereALeaderHasLeftWordATermBeginsAfterItsCursor() {
		readCheckpoint(Cursor.at(STARTED.minusSeconds(60)));
		assertThat(this.ledger.knowsCheckpoint()).isTrue();
		assertThat(this.ledger.forTerm(STARTED)).extracting(Progress::cursor)
			.isEqualTo(Cursor.at(STARTED.minusSeconds(60)));
	}

	@Test
	void aMarkerIsReadOnceItHasBeenExpected() {
		AMQP.BasicProperties marker = Marker.properties("m", TRUST);
		this.ledger.read(toTheJournal(), marker, new byte[0]);
		assertThat(this.ledger.hasRead("m")).isFalse();
		this.ledger.expect("m");
		this.ledger.read(toTheExchange("journal"), marker, new byte[0]);
		this.ledger.read(toTheJournal(), Marker.properties("m", SOMEBODY), new byte[0]);
		assertThat(this.ledger.hasRead("m")).isFalse();
		this.ledger.read(toTheJournal(), marker, new byte[0]);
		assertThat(this.ledger.hasRead("m")).isTrue();
	}

	@Test
	void aBrokenCheckpointIsRefusedAndChangesNothing() {
		readCheckpoint(Cursor.at(SLOT));
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.ledger.read(toTheJournal(), CheckpointMessage.properties(TRUST), new byte[] { 1, 2, 3 }));
		assertThat(this.ledger.cursor()).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void tellsAsWhatAnEventWasCovered() {
		assertThat(this.ledger.coveredAs("a")).isNull();
		readCheckpoint(Cursor.at(SLOT));
		assertThat(this.ledger.coveredAs("a")).isEqualTo("@every PT1M");
		assertThat(this.ledger.coveredAs("other")).isNull();
	}

	@Test
	void tellsWhetherWorkersHaveRegisteredWhatWasCovered() {
		assertThat(this.ledger.coversRegistered()).isFalse();
		readCheckpoint(Cursor.at(SLOT));
		assertThat(this.ledger.coversRegistered()).isFalse();
		Map<String, Covered> schedules = Map.of("a", new Covered("@every PT1M", true, SLOT));
		this.ledger.read(toTheJournal(), CheckpointMessage.properties(TRUST),
				CheckpointMessage.body(new Checkpoint(Cursor.at(SLOT), schedules), SEAL));
		assertThat(this.ledger.coversRegistered()).isTrue();
	}

	@Test
	void nothingDiffersFromALeaderThatHasLeftNoWord() {
		readUnsealed("a", SLOT);
		assertThat(this.ledger.differences(Schedules.of(Map.of()))).isEmpty();
		readCheckpoint(Cursor.at(SLOT));
		assertThat(this.ledger.differences(Schedules.of(Map.of()))).containsExactly("a");
	}

	private AMQP.BasicProperties at(long offset, AMQP.BasicProperties properties) {
		Map<String, Object> headers = new HashMap<>(
				(properties.getHeaders() != null) ? properties.getHeaders() : Map.of());
		headers.put("x-stream-offset", offset);
		return properties.builder().headers(headers).build();
	}

	private static AMQP.BasicProperties byHand() {
		return new AMQP.BasicProperties.Builder().appId("a person").build();
	}

	@Test
	void whatCountsIsToldAndWhatDoesNotIsNot() {
		readCheckpoint(toTheJournal(), TRUST, Cursor.at(SLOT.minusSeconds(60)));
		readTick("a", SLOT);
		readTick("a", SLOT, Seal.fresh());
		readTick("a", FUTURE);
		this.ledger.read(toTheExchange("a"), byHand(), new byte[0]);
		this.ledger.read(toTheJournal(), byHand(), new byte[0]);
		assertThat(this.history.heard()).containsExactly("a@2026-03-01T10:15:00Z after ? by leader",
				"a by hand at 2026-03-01T10:15:00Z");
	}

	@Test
	void whatIsPublishedByHandWhileTheReaderIsLiveHasTheTimeOfTheClock() {
		readTick("a", SLOT);
		this.ledger.live(true);
		this.ledger.read(toTheExchange("a"), byHand(), new byte[0]);
		assertThat(this.history.heard()).last().isEqualTo("a by hand at 2026-03-01T10:15:30Z");
	}

	@Test
	void whatIsReadAgainIsToldOnce() {
		for (int round = 0; round < 2; round++) {
			for (long offset = 7; offset < 9; offset++) {
				this.ledger.read(toTheExchange("a"), at(offset, byHand()), new byte[0]);
			}
		}
		this.ledger.read(toTheExchange("b"), at(9, byHand()), new byte[0]);
		assertThat(this.history.heard()).hasSize(3);
	}

	@Test
	void afterTheStreamWasDeletedItIsToldFromItsStart() {
		this.ledger.read(toTheExchange("a"), at(700, byHand()), new byte[0]);
		this.ledger.read(toTheExchange("b"), at(0, byHand()), new byte[0]);
		this.ledger.read(toTheExchange("c"), at(1, byHand()), new byte[0]);
		assertThat(this.history.heard()).hasSize(3);
	}

	@Test
	void skippedSlotsAreToldIfALeaderHasWrittenThem() {
		byte[] body = SkippedMessage.body(new Skipping(Reason.OUTAGE, SLOT, SLOT,
				List.of(new SkippedSlots("a", SLOT, SLOT.plusSeconds(120), 3, false))));
		this.ledger.read(toTheExchange("journal"), SkippedMessage.properties(TRUST), body);
		this.ledger.read(toTheJournal(), SkippedMessage.properties(SOMEBODY), body);
		assertThat(this.history.heard()).isEmpty();
		assertThat(this.meters.get("ticktock.journal.distrusted").counter().count()).isEqualTo(2);
		this.ledger.read(toTheJournal(), SkippedMessage.properties(TRUST), body);
		assertThat(this.history.heard()).containsExactly("3 of a skipped");
		this.ledger.read(toTheJournal(), SkippedMessage.properties(TRUST),
				SkippedMessage.body(new Skipping(Reason.OUTAGE, null, FUTURE, List.of())));
		assertThat(this.meters.get("ticktock.journal.ahead").counter().count()).isOne();
	}

	@Test
	void aHelloIsToldIfAReplicaHasSaidIt() {
		byte[] body = HelloMessage.body(new Hello("a", "1", "STANDBY", SLOT, null, null, null,
				new Fingerprint("x", "y"), Duration.ofSeconds(20), SLOT.plusSeconds(10)));
		this.ledger.read(toTheExchange("journal"), HelloMessage.properties(TRUST), body);
		this.ledger.read(toTheJournal(), HelloMessage.properties(SOMEBODY), body);
		assertThat(this.history.heard()).isEmpty();
		assertThat(distrusted()).isEqualTo(2);
		this.ledger.read(toTheJournal(), at(7, HelloMessage.properties(TRUST)), body);
		this.ledger.read(toTheJournal(), at(7, HelloMessage.properties(TRUST)), body);
		assertThat(this.history.heard()).containsExactly("a is STANDBY at 2026-03-01T10:15:10Z");
		this.ledger.live(true);
		this.ledger.read(toTheJournal(), at(8, HelloMessage.properties(TRUST)), body);
		assertThat(this.history.heard()).last().isEqualTo("a is STANDBY at 2026-03-01T10:15:30Z");
	}

	@Test
	void aHelloOfTheFutureIsHeardNow() {
		this.ledger.read(toTheJournal(), HelloMessage.properties(TRUST), HelloMessage.body(new Hello("a", "1",
				"STANDBY", SLOT, null, null, null, new Fingerprint("x", "y"), Duration.ofSeconds(20), FUTURE)));
		assertThat(this.history.heard()).containsExactly("a is STANDBY at 2026-03-01T10:15:30Z");
	}

	@Test
	void whoWaitsForAMarkerTakesNoHelloForProgress() {
		this.ledger.read(toTheJournal(), HelloMessage.properties(TRUST), HelloMessage.body(new Hello("a", "1",
				"STANDBY", SLOT, null, null, null, new Fingerprint("x", "y"), Duration.ofSeconds(20), SLOT)));
		assertThat(this.ledger.records()).isZero();
	}

	/** As replicas meet what a newer version writes. */
	@Test
	void aRecordOfAKindThatIsNotKnownIsPassedOverInSilence(CapturedOutput output) {
		this.ledger.read(toTheJournal(), HelloMessage.properties(TRUST).builder().type("something.of.2030").build(),
				new byte[] { 1 });
		assertThat(this.history.heard()).isEmpty();
		assertThat(distrusted()).isZero();
		assertThat(output.getAll()).doesNotContain("something.of.2030", "WARN");
	}

	@Test
	void missedTicksAreToldIfALeaderHasWrittenThem() {
		List<Group> groups = List.of(new Group("a", "queue", MissedReason.EXPIRED,
				List.of(new Miss(SLOT, SLOT, 1), new Miss(SLOT, SLOT, 2))));
		byte[] body = MissedMessage.body(new MissedTicks("writer", SLOT, groups));
		this.ledger.read(toTheExchange("journal"), MissedMessage.properties(TRUST), body);
		this.ledger.read(toTheJournal(), MissedMessage.properties(SOMEBODY), body);
		assertThat(this.history.heard()).isEmpty();
		assertThat(distrusted()).isEqualTo(2);
		this.ledger.read(toTheJournal(), MissedMessage.properties(TRUST), body);
		assertThat(this.history.heard()).containsExactly("2 of a missed");
		this.ledger.read(toTheJournal(), MissedMessage.properties(TRUST),
				MissedMessage.body(new MissedTicks("writer", FUTURE, groups)));
		assertThat(ahead()).isOne();
		assertThat(this.history.heard()).hasSize(1);
		assertThat(this.ledger.cursor()).isNull();
	}

	@Test
	void aListenerThatFailsDoesNotEndTheReading(CapturedOutput output) {
		JournalRecords failing = new RecordedHistory() {

			@Override
			public void byHand(String event, Instant at) {
				throw new IllegalStateException("full");
			}

		};
		Chronicle chronicle = new Chronicle(List.of(failing, this.history), this.clock, this.uptime);
		for (int i = 0; i < 100; i++) {
			chronicle.next(new AMQP.BasicProperties());
			chronicle.byHand("a");
		}
		assertThat(this.history.heard()).hasSize(100);
		assertThat(output.getAll()).containsOnlyOnce("Unexpected failure; the history lacks a record");
	}

}
