package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.ticktock.message.MissedReason;
import dev.ticktock.observe.Mark.State;
import dev.ticktock.observe.Timeline.Run;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.junit.jupiter.api.Test;

import static dev.ticktock.TestSchedules.configured;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Timeline}: what became of slots, as marks.
 */
class TimelineTests {

	private static final Instant NOON = Observed.NOON;

	private final Observed observed = new Observed();

	private Timeline timeline(int rows) {
		return Objects.requireNonNull(this.observed.endpoint.overview(1, 1, null, null, rows).timeline());
	}

	private void skipped(String event, Instant first, Instant last, int count) {
		this.observed.history.skipped(
				new Skipping(Reason.OUTAGE, first, NOON, List.of(new SkippedSlots(event, first, last, count, false))));
	}

	@Test
	void whatIsDueMostOftenComesFirstAndTroubleBeforeThat() {
		assertThat(timeline(3).rows()).extracting(Timeline.Row::event)
			.containsExactly("cron.second.30", "cron.minute.1", "cron.minute.2");
		skipped("cron.day.1", NOON.minusSeconds(60), NOON.minusSeconds(60), 1);
		assertThat(timeline(2).rows()).extracting(Timeline.Row::event).containsExactly("cron.day.1", "cron.second.30");
		assertThat(timeline(2).matching()).isEqualTo(16);
		assertThat(this.observed.overview().timeline()).isNull();
	}

	@Test
	void slotsOfTheLastHourAndTheNextHaveMarks() {
		this.observed.onlySchedules(configured("a", "0 */15 * * * *"));
		this.observed.published("a", NOON.minusSeconds(3600), Duration.ofMillis(4));
		this.observed.published("a", NOON.minusSeconds(2700), Duration.ofMillis(4));
		this.observed.published("a", NOON.minusSeconds(2400), Duration.ofSeconds(2));
		this.observed.missed("a", "queue", MissedReason.EXPIRED, NOON, NOON.minusSeconds(2400),
				NOON.minusSeconds(2100));
		skipped("a", NOON.minusSeconds(1800), NOON.minusSeconds(900), 2);
		this.observed.published("a", NOON, Duration.ofSeconds(1));
		this.observed.history.byHand("a", NOON.minusSeconds(60));
		Timeline.Row row = timeline(1).rows().get(0);
		assertThat(row.marks()).containsExactly(new Mark(NOON, State.LATE, 1000L, null, null),
				new Mark(NOON.minusSeconds(60), State.BY_HAND, null, null, null),
				new Mark(NOON.minusSeconds(1800), State.SKIPPED, null, NOON.minusSeconds(900), 2L),
				new Mark(NOON.minusSeconds(2100), State.MISSED, null, null, null),
				new Mark(NOON.minusSeconds(2400), State.MISSED, 2000L, null, null),
				new Mark(NOON.minusSeconds(2700), State.PUBLISHED, 4L, null, null));
		assertThat(row.upcoming()).containsExactly(NOON.plusSeconds(900), NOON.plusSeconds(1800),
				NOON.plusSeconds(2700), NOON.plusSeconds(3600));
		assertThat(row.every()).isNull();
		assertThat(this.observed.overview().schedules().items().get(0).recent()).hasSize(7);
	}

	@Test
	void whatIsDueEachSecondHasRunsAndOnlyMarksOfWhatIsNotAsUsual() {
		this.observed.onlySchedules(configured("a", "* * * * * *"));
		Instant begun = NOON.minusSeconds(600);
		for (Instant slot = begun; slot.isBefore(NOON); slot = slot.plusSeconds(1)) {
			this.observed.published("a", slot,
					slot.equals(NOON.minusSeconds(5)) ? Duration.ofSeconds(2) : Duration.ofMillis(3));
		}
		this.observed.clock.set(NOON.minusMillis(1));
		Timeline.Row row = timeline(1).rows().get(0);
		assertThat(row.every()).isEqualTo(Duration.ofSeconds(1));
		assertThat(row.marks()).extracting(Mark::state).containsExactly(State.LATE);
		assertThat(row.runs()).containsExactly(new Run(begun, NOON.minusSeconds(1)));
		assertThat(row.upcoming()).isEmpty();
		assertThat(row.coming()).containsExactly(new Run(NOON, NOON.plusSeconds(3600).minusMillis(1)));
	}

	@Test
	void aFewSlotsThatAreCloseTogetherHaveMarksOfTheirOwn() {
		this.observed.onlySchedules(configured("a", "*/20 30 12 * * *"));
		this.observed.published("a", NOON.minusSeconds(1790), Duration.ofMillis(4));
		Timeline.Row row = timeline(1).rows().get(0);
		assertThat(row.every()).isNull();
		assertThat(row.marks()).hasSize(1);
		assertThat(row.upcoming()).containsExactly(NOON.plusSeconds(1800), NOON.plusSeconds(1820),
				NOON.plusSeconds(1840));
		assertThat(row.coming()).isEmpty();
	}

	@Test
	void whatIsDueInPartsOfHoursHasRunsInThoseAlsoBetweenItsFirstTickAndItsLast() {
		this.observed.onlySchedules(configured("a", "*/20 15-29,40-59 11-13 * * *"));
		this.observed.published("a", NOON.minusSeconds(7200), Duration.ofMillis(3));
		this.observed.published("a", NOON.minusSeconds(60), Duration.ofMillis(3));
		Timeline.Row row = timeline(1).rows().get(0);
		assertThat(row.every()).isEqualTo(Duration.ofSeconds(20));
		assertThat(row.runs()).containsExactly(new Run(NOON.minusSeconds(2700), NOON.minusSeconds(1800 + 20)),
				new Run(NOON.minusSeconds(1200), NOON.minusSeconds(60)));
		assertThat(row.coming()).containsExactly(new Run(NOON.plusSeconds(900), NOON.plusSeconds(1800 - 20)),
				new Run(NOON.plusSeconds(2400), NOON.plusSeconds(3600 - 20)));
	}

	@Test
	void moreSlotsOfThePastThanAHistoryKeepsAreRuns() {
		this.observed.onlySchedules(configured("a", "*/30 0-59 12 * * *"));
		this.observed.clock.set(NOON.plusSeconds(3600));
		assertThat(timeline(1).rows().get(0).every()).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void aRowIsTheSameHoweverLongThePauseWasWhenTheScheduleWasFirstSeen() {
		this.observed.onlySchedules(configured("a", "* 0-29 12 * * *"));
		this.observed.clock.set(NOON.plusSeconds(1798));
		Timeline.Row row = timeline(1).rows().get(0);
		assertThat(row.every()).isEqualTo(Duration.ofSeconds(1));
		assertThat(row.coming()).containsExactly(new Run(NOON.plusSeconds(1799), NOON.plusSeconds(1799)));
		assertThat(row.upcoming()).isEmpty();
	}

}
