package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Schedule.Origin;
import org.junit.jupiter.api.Test;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.registered;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Progress}.
 */
class ProgressTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Instant NOW = SLOT.plusSeconds(30);

	private static final Schedule CONFIGURED = configured("a.job", "0 * * * * *");

	private static final Schedule JOB = registered("job", "0 * * * * *");

	private final Progress progress = Progress.beforeAnyLeader(Cursor.at(SLOT));

	private static Covered done(Schedule schedule, Instant until) {
		return new Covered(schedule.definition(), schedule.origin() == Origin.REGISTERED, until, null);
	}

	private void restore(Cursor cursor, Map<String, Covered> schedules) {
		this.progress.restore(new Checkpoint(cursor, schedules, Holds.NONE));
	}

	private Instant start(Schedule schedule, Instant now) {
		return this.progress.cover(schedules(schedule), true, now).apply(schedule);
	}

	@Test
	void aScheduleThatIsCoveredGoesOnAfterItsOwnLastSlot() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT.minusSeconds(60))));
		assertThat(start(CONFIGURED, NOW)).isEqualTo(SLOT.minusSeconds(60));
		this.progress.published("a.job", SLOT.plusSeconds(60));
		this.progress.published("other", SLOT.plusSeconds(120));
		assertThat(start(CONFIGURED, NOW)).isEqualTo(SLOT.plusSeconds(60));
		assertThat(this.progress.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(120), "other"));
	}

	@Test
	void slotsThatAreSkippedAreDoneAndMoveNoCursor() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT)));
		Instant last = SLOT.plusSeconds(120);
		this.progress.skipped(List.of(new SkippedSlots("a.job", SLOT.plusSeconds(60), last, 2, false),
				new SkippedSlots("unknown", last, last, 1, false)));
		assertThat(start(CONFIGURED, NOW)).isEqualTo(last);
		assertThat(this.progress.cursor()).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void whateverComesLaterNothingMovesBack() {
		Map<String, Covered> early = Map.of("job", done(JOB, SLOT.minusSeconds(600)));
		restore(Cursor.at(SLOT), early);
		this.progress.published("job", SLOT.minusSeconds(300));
		this.progress.published("job", SLOT.minusSeconds(360));
		this.progress
			.skipped(List.of(new SkippedSlots("job", SLOT.minusSeconds(480), SLOT.minusSeconds(420), 2, false)));
		restore(Cursor.at(SLOT.minusSeconds(60)), early);
		assertThat(this.progress.doneUntil(JOB)).isEqualTo(SLOT.minusSeconds(300));
		assertThat(this.progress.cursor()).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void aScheduleThatIsNewOrHasAnotherLineIsDoneUntilNow() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT)));
		Schedule other = configured("a.job", "30 * * * * *");
		Schedule added = configured("added", "0 * * * * *");
		var starts = this.progress.cover(schedules(other, added), true, NOW);
		assertThat(starts.apply(other)).isEqualTo(NOW);
		assertThat(starts.apply(added)).isEqualTo(NOW);
		assertThat(start(other, NOW.plusSeconds(30))).isEqualTo(NOW);
	}

	@Test
	void aScheduleInOtherWordsIsCovered() {
		restore(Cursor.at(SLOT), Map.of("a.job", new Covered("CRON_TZ=Z 0 0 9 * * MON-FRI", false, SLOT, null)));
		assertThat(start(configured("a.job", "0 0 9 * * 1-5"), NOW)).isEqualTo(SLOT);
	}

	@Test
	void afterTheClockWasSetBackANewScheduleStartsAfterWhatWasPublished() {
		this.progress.cover(schedules(JOB), true, NOW);
		this.progress.published("job", SLOT.plusSeconds(60));
		this.progress.cover(schedules(), true, NOW);
		assertThat(start(JOB, SLOT.minusSeconds(100))).isEqualTo(SLOT.plusSeconds(60));
		Instant skipped = SLOT.plusSeconds(180);
		this.progress.skipped(List.of(new SkippedSlots("job", skipped, skipped, 1, false)));
		assertThat(start(registered("job", "*/5 * * * * *"), SLOT)).isEqualTo(skipped);
	}

	@Test
	void aRegisteredScheduleIsDroppedOnlyByACompleteListing() {
		Instant done = SLOT.minusSeconds(600);
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT), "job", done(JOB, done)));
		this.progress.cover(schedules(), false, NOW);
		assertThat(this.progress.inDoubt()).isTrue();
		assertThat(this.progress.checkpoint().schedules()).containsOnly(Map.entry("job", done(JOB, done)));
		assertThat(start(JOB, NOW)).isEqualTo(done);
		assertThat(this.progress.inDoubt()).isFalse();
		this.progress.cover(schedules(), true, NOW);
		assertThat(this.progress.inDoubt()).isFalse();
		assertThat(start(JOB, NOW)).isEqualTo(NOW);
	}

	@Test
	void aCheckpointDropsWhatItDoesNotHave() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT), "job", done(JOB, SLOT)));
		restore(Cursor.at(SLOT), Map.of("job", done(JOB, SLOT)));
		assertThat(this.progress.checkpoint().schedules()).containsOnlyKeys("job");
	}

	@Test
	void whereNoReplicaEverLedConfiguredSchedulesAreDueSinceTheCursorAndRegisteredOnesFromNow() {
		assertThat(this.progress.isBeforeAnyLeader()).isTrue();
		var starts = this.progress.cover(schedules(CONFIGURED, JOB), true, NOW);
		assertThat(this.progress.isBeforeAnyLeader()).isFalse();
		assertThat(starts.apply(CONFIGURED)).isEqualTo(SLOT);
		assertThat(starts.apply(JOB)).isEqualTo(NOW);
		assertThat(start(configured("later", "0 * * * * *"), NOW.plusSeconds(5))).isEqualTo(NOW.plusSeconds(5));
	}

	@Test
	void withoutAJournalEverythingGoesOnAfterTheCursor() {
		Progress without = Progress.withoutJournal(new Cursor(SLOT, "b"));
		var starts = without.cover(schedules(CONFIGURED, JOB), true, NOW);
		assertThat(starts.apply(CONFIGURED)).isEqualTo(SLOT);
		assertThat(starts.apply(JOB)).isEqualTo(SLOT.minusNanos(1));
		assertThat(without.isBeforeAnyLeader()).isFalse();
	}

	@Test
	void whatIsDueOnceIsPublishedLateWhileItIsValid() {
		restore(Cursor.at(SLOT), Map.of());
		assertThat(start(once(NOW.minusSeconds(60)), NOW)).isEqualTo(NOW.minusSeconds(60).minusNanos(1));
		assertThat(start(once(NOW.plusSeconds(60)), NOW)).isEqualTo(NOW);
		assertThat(start(once(NOW.minus(Duration.ofHours(12))), NOW)).isEqualTo(NOW);
		assertThat(start(JOB, NOW)).isEqualTo(NOW);
	}

	@Test
	void whatIsDueOnceIsNotAgainAsLongAsItIsValid() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT)));
		Schedule once = once(SLOT);
		Instant before = SLOT.minusNanos(1);
		assertThat(start(once, NOW)).isEqualTo(before);
		this.progress.published("job", SLOT);
		this.progress.cover(schedules(), true, NOW);
		assertThat(this.progress.hasChanged()).isFalse();
		assertThat(this.progress.inDoubt()).isFalse();
		assertThat(this.progress.checkpoint().schedules()).containsOnlyKeys("job");
		Progress next = Progress.beforeAnyLeader(Cursor.at(SLOT));
		next.restore(this.progress.checkpoint());
		assertThat(next.cover(schedules(once), true, NOW.plusSeconds(9)).apply(once)).isEqualTo(SLOT);
		// The clock of the next leader may be behind.
		next.cover(schedules(), true, SLOT.plus(Duration.ofHours(12)));
		assertThat(next.checkpoint().schedules()).containsOnlyKeys("job");
		next.cover(schedules(), true, SLOT.plus(Duration.ofHours(13)));
		assertThat(next.checkpoint().schedules()).isEmpty();
	}

	@Test
	void whatIsDueOnceAndIsDroppedBeforeItsSlotIsForgotten() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT)));
		start(once(SLOT.plusSeconds(60)), NOW);
		this.progress.cover(schedules(), true, NOW);
		assertThat(this.progress.size()).isZero();
		Schedule again = once(SLOT.plusSeconds(60));
		assertThat(start(again, SLOT.plusSeconds(61))).isEqualTo(SLOT.plusSeconds(60).minusNanos(1));
	}

	/** Workers choose the validity, so it does not bound how many there are. */
	@Test
	void theLastOfManyThatWereDueOnceAreRemembered() {
		Schedule[] many = IntStream.rangeClosed(0, Progress.REMEMBERED)
			.mapToObj((i) -> registered("job." + i, "@at " + SLOT.plusSeconds(i), "3650d"))
			.toArray(Schedule[]::new);
		Instant now = SLOT.plusSeconds(many.length);
		this.progress.cover(schedules(many), true, NOW);
		for (Schedule each : many) {
			this.progress.published(each.event(), Objects.requireNonNull(each.timing().last()));
		}
		this.progress.cover(schedules(JOB), true, now);
		assertThat(this.progress.size()).isEqualTo(1 + Progress.REMEMBERED);
		assertThat(this.progress.definitionOf("job.0")).isNull();
		assertThat(start(many[1], now)).isEqualTo(SLOT.plusSeconds(1));
	}

	@Test
	void anotherInstantOfTheSameEventIsDueOnceTooButNotOneThatIsDone() {
		restore(Cursor.at(SLOT), Map.of());
		start(once(SLOT), NOW);
		this.progress.published("job", SLOT);
		Schedule later = once(NOW);
		assertThat(start(later, NOW)).isEqualTo(NOW.minusNanos(1));
		Progress reader = this.progress.copy();
		reader.restore(this.progress.checkpoint());
		assertThat(reader.doneUntil(later)).isEqualTo(NOW.minusNanos(1));
		// As it was before: a listing is late, or a roll-out is taken back.
		assertThat(start(once(SLOT), NOW)).isEqualTo(NOW.minusNanos(1));
		assertThat(start(JOB, NOW)).isEqualTo(NOW);
	}

	@Test
	void schedulesThatAreDueOnceAddToTheCheckpoint() {
		restore(Cursor.at(SLOT), Map.of("a.job", done(CONFIGURED, SLOT)));
		Schedule once = once(NOW.plusSeconds(60));
		Progress reader = this.progress.copy();
		this.progress.cover(schedules(CONFIGURED, once), true, NOW);
		assertThat(this.progress.hasChanged()).isFalse();
		assertThat(this.progress.additions().schedules()).containsOnlyKeys("job");
		reader.add(this.progress.additions());
		assertThat(reader.checkpoint()).isEqualTo(this.progress.checkpoint());
		this.progress.cover(schedules(CONFIGURED, once), true, NOW);
		assertThat(this.progress.additions().schedules()).isEmpty();
		this.progress.cover(schedules(CONFIGURED, JOB), true, NOW);
		assertThat(this.progress.hasChanged()).isTrue();
		assertThat(this.progress.additions().schedules()).isEmpty();
	}

	@Test
	void withoutAJournalWhatIsDueOnceIsPublishedLateUnlessALeaderBeforeMayHave() {
		Progress without = Progress.withoutJournal(new Cursor(SLOT, "b"));
		without.cover(schedules(CONFIGURED), true, NOW);
		Schedule before = once(SLOT.minusSeconds(1));
		assertThat(without.cover(schedules(before), true, NOW).apply(before)).isEqualTo(SLOT.minusNanos(1));
		Schedule after = once(SLOT.plusSeconds(1));
		assertThat(without.cover(schedules(after), true, NOW).apply(after))
			.isEqualTo(SLOT.plusSeconds(1).minusNanos(1));
	}

	private static Schedule once(Instant slot) {
		return registered("job", "@at " + slot);
	}

	@Test
	void configuredSchedulesThatDifferAreNamed() {
		restore(Cursor.at(SLOT), Map.of("a.job", new Covered("@every PT1M", false, SLOT, null), "theirs",
				new Covered("@every PT1M", false, SLOT, null), "job", done(JOB, SLOT)));
		Schedule mine = configured("mine", "0 * * * * *");
		Schedule registered = registered("registered", "0 * * * * *");
		assertThat(this.progress.differences(schedules(CONFIGURED, mine, registered))).containsExactly("a.job", "mine",
				"theirs");
		this.progress.cover(schedules(CONFIGURED), true, NOW);
		assertThat(this.progress.dropped()).containsExactly("theirs");
	}

	@Test
	void onlyAScheduleWithTheSameDefinitionIsDone() {
		assertThat(this.progress.doneUntil(JOB)).isNull();
		start(JOB, NOW);
		assertThat(this.progress.doneUntil(JOB)).isEqualTo(NOW);
		assertThat(this.progress.doneUntil(registered("job", "1 * * * * *"))).isNull();
	}

}
