package dev.ticktock.leader;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.Objects;

import com.rabbitmq.client.AMQP;
import dev.ticktock.leader.Checkpoint.Entry;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LedgerTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Instant GRANTED = SLOT.plusSeconds(30);

	private static final Instant STARTED = SLOT.minusSeconds(600);

	private static final Schedule JOB = schedule("a.job", "0 * * * * *");

	private final Ledger ledger = new Ledger();

	private static Schedule schedule(String event, String line) {
		return Schedule.parse(event, line, ZoneOffset.UTC, Validity.halfTheGap(Duration.ofHours(12)));
	}

	private void readTick(String event, Instant slot) {
		this.ledger.read(event, tick(TickMessage.id(event, slot), slot), new byte[0]);
	}

	private static AMQP.BasicProperties tick(String id, Instant slot) {
		return new AMQP.BasicProperties.Builder().appId("ticktock")
			.type("tick")
			.messageId(id)
			.timestamp(Date.from(slot))
			.build();
	}

	private void readCheckpoint(Cursor cursor, Map<String, Entry> schedules) {
		this.ledger.read("journal", new AMQP.BasicProperties.Builder().appId("ticktock").type("checkpoint").build(),
				new Checkpoint(cursor, schedules).toBytes());
	}

	private Cursor start(Schedule schedule) {
		return this.ledger.startOf(schedule, GRANTED, STARTED);
	}

	@Test
	void theCursorIsTheLastTickInTheOrderOfSlotAndEvent() {
		readTick("b", SLOT);
		readTick("a", SLOT);
		readTick("z", SLOT.minusSeconds(1));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "b"));
	}

	@Test
	void aRecordThatIsReadAgainChangesNothing() {
		readTick("a", SLOT);
		readTick("a", SLOT.plusSeconds(1));
		readTick("a", SLOT);
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(1), "a"));
	}

	@Test
	void whatSomebodyPublishedByHandDoesNotMoveTheCursor() {
		readTick("a", SLOT);
		Instant later = SLOT.plusSeconds(3600);
		this.ledger.read("a", new AMQP.BasicProperties(), "run now".getBytes(StandardCharsets.UTF_8));
		this.ledger.read("a", new AMQP.BasicProperties.Builder().timestamp(Date.from(later)).build(), new byte[0]);
		this.ledger.read("a", tick("by hand", later), new byte[0]);
		this.ledger.read("b", tick(TickMessage.id("a", later), later), new byte[0]);
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "a"));
	}

	@Test
	void whereNobodyEverLedASchedulesStartsWithTheReplica() {
		assertThat(start(JOB)).isEqualTo(Cursor.at(STARTED));
		assertThat(this.ledger.knowsCheckpoint()).isFalse();
	}

	@Test
	void aScheduleThatWasCoveredStartsAfterTheLastTick() {
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)), Map.of("a.job", Entry.of(JOB)));
		readTick("a.job", SLOT);
		assertThat(start(JOB)).isEqualTo(new Cursor(SLOT, "a.job"));
	}

	@Test
	void aScheduleThatIsNewOrHasAnotherLineStartsNow() {
		readCheckpoint(Cursor.at(SLOT), Map.of("a.job", Entry.of(JOB)));
		assertThat(start(schedule("new", "0 * * * * *"))).isEqualTo(Cursor.at(GRANTED));
		assertThat(start(schedule("a.job", "30 * * * * *"))).isEqualTo(Cursor.at(GRANTED));
	}

	@Test
	void aScheduleThatWasNewLatelyStartsWhereItWasNew() {
		Instant from = SLOT.plusSeconds(10);
		readCheckpoint(Cursor.at(SLOT), Map.of("a.job", Entry.of(JOB).from(from)));
		assertThat(start(JOB)).isEqualTo(Cursor.at(from));
		readTick("other", SLOT.plusSeconds(20));
		assertThat(start(JOB)).isEqualTo(new Cursor(SLOT.plusSeconds(20), "other"));
	}

	@Test
	void aMarkerIsReadOnceItHasBeenExpected() {
		AMQP.BasicProperties marker = Journal.marker("m");
		this.ledger.read("journal", marker, new byte[0]);
		assertThat(this.ledger.hasRead("m")).isFalse();
		this.ledger.expect("m");
		assertThat(this.ledger.hasRead("m")).isFalse();
		this.ledger.read("journal", marker, new byte[0]);
		assertThat(this.ledger.hasRead("m")).isTrue();
	}

	@Test
	void schedulesThatDifferFromTheLeadersAreNamed() {
		Schedules own = Schedules.of(Map.of("a.job", JOB, "mine", schedule("mine", "0 * * * * *")));
		assertThat(this.ledger.differences(own)).isEmpty();
		readCheckpoint(Cursor.at(SLOT), Map.of("a.job", new Entry("@every PT1M", false, null, null), "theirs",
				new Entry("@every PT1M", false, null, null)));
		assertThat(this.ledger.differences(own)).containsExactly("a.job", "mine", "theirs");
	}

	@Test
	void aBrokenCheckpointIsRefusedAndChangesNothing() {
		readTick("a", SLOT);
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().appId("ticktock")
			.type("checkpoint")
			.build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.ledger.read("journal", properties, new byte[] { 1, 2, 3 }));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "a"));
	}

	private static Schedule registered(String event, String line) {
		return Schedule.parse(Origin.REGISTERED, event, line, null, null,
				new Defaults(ZoneOffset.UTC, Duration.ofHours(12)));
	}

	@Test
	void aRegisteredScheduleIsNewWhereNobodyEverLed() {
		assertThat(start(registered("job", "0 * * * * *"))).isEqualTo(Cursor.at(GRANTED));
	}

	@Test
	void aRegisteredScheduleThatWaitsToBeKnownIsDoneUpToWhereItWaits() {
		Schedule job = registered("job", "0 * * * * *");
		Instant done = SLOT.minusSeconds(600);
		readCheckpoint(Cursor.at(SLOT), Map.of("job", Entry.of(job).done(done)));
		readTick("other", SLOT.plusSeconds(10));
		assertThat(start(job)).isEqualTo(Cursor.at(done));
		assertThat(this.ledger.registered()).containsExactly(Map.entry("job", Entry.of(job).done(done)));
		readTick("job", done.plusSeconds(60));
		readTick("job", done.plusSeconds(120));
		assertThat(start(job)).isEqualTo(Cursor.at(done.plusSeconds(120)));
		readCheckpoint(Cursor.at(SLOT.plusSeconds(20)), Map.of("job", Entry.of(job)));
		assertThat(start(job)).isEqualTo(Cursor.at(SLOT.plusSeconds(20)));
	}

	@Test
	void registeredSchedulesAreDoneUpToTheCursor() {
		Schedule a = registered("a", "0 * * * * *");
		Schedule z = registered("z", "0 * * * * *");
		readCheckpoint(Cursor.at(SLOT.minusSeconds(60)),
				Map.of("a", Entry.of(a), "z", Entry.of(z), "configured", Entry.of(JOB)));
		readTick("m", SLOT);
		assertThat(this.ledger.registered()).containsOnly(Map.entry("a", Entry.of(a).done(SLOT)),
				Map.entry("z", Entry.of(z).done(SLOT.minusNanos(1))));
	}

	@Test
	void aRegisteredScheduleThatIsNewStaysNewUntilTheCursorHasPassed() {
		Schedule job = registered("job", "0 * * * * *");
		Instant from = SLOT.plusSeconds(10);
		readCheckpoint(Cursor.at(SLOT), Map.of("job", Entry.of(job).from(from)));
		Entry before = Objects.requireNonNull(this.ledger.registered().get("job"));
		assertThat(before).isEqualTo(Entry.of(job).done(from));
		assertThat(before.covered(SLOT)).isEqualTo(Entry.of(job).from(from));
		assertThat(before.covered(from)).isEqualTo(Entry.of(job));
	}

	@Test
	void aScheduleInOtherWordsIsCovered() {
		readCheckpoint(Cursor.at(SLOT), Map.of("a.job", new Entry("CRON_TZ=Z 0 0 9 * * MON-FRI", false, null, null)));
		assertThat(start(schedule("a.job", "0 0 9 * * 1-5"))).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void registeredSchedulesAreNoDifference() {
		Schedule job = registered("job", "0 * * * * *");
		readCheckpoint(Cursor.at(SLOT), Map.of("a.job", Entry.of(JOB), "theirs", Entry.of(job)));
		assertThat(this.ledger.differences(Schedules.of(Map.of("a.job", JOB, "job", job)))).isEmpty();
	}

	@Test
	void tellsAsWhatAnEventWasCovered() {
		assertThat(this.ledger.definitionOf("a.job")).isNull();
		readCheckpoint(Cursor.at(SLOT), Map.of("a.job", Entry.of(JOB)));
		assertThat(this.ledger.definitionOf("a.job")).isEqualTo(JOB.definition());
		assertThat(this.ledger.definitionOf("other")).isNull();
	}

}
