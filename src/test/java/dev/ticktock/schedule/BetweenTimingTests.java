package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Timetable.Due;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BetweenTiming}, and for the texts that it is made of.
 */
class BetweenTimingTests {

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private static Schedule between(String line, @Nullable String from, @Nullable String until, String zone) {
		return Schedule.parse(Origin.CONFIGURED, "a", line, zone, null, DEFAULTS).between(from, until, zone, DEFAULTS);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					Europe/Oslo         | 0 12 * * *  | 2026-03-28T12:00 | 2026-03-30T12:00     | 2026-03-28T11:00:00Z 2026-03-29T10:00:00Z 2026-03-30T10:00:00Z
					Europe/Oslo         | 0 12 * * *  | 2026-03-28T12:01 | 2026-03-30T11:59     | 2026-03-29T10:00:00Z
					Europe/Oslo         | 0 0 * * *   | 2026-03-28       | 2026-03-30           | 2026-03-27T23:00:00Z 2026-03-28T23:00:00Z 2026-03-29T22:00:00Z
					Europe/Oslo         | 0 * * * *   | 2026-03-29T02:30 | 2026-03-29T04:00     | 2026-03-29T01:00:00Z 2026-03-29T02:00:00Z
					Europe/Oslo         | 30 * * * *  | 2026-10-25T02:30 | 2026-10-25T03:30     | 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T02:30:00Z
					Europe/Oslo         | 30 * * * *  | 2026-10-25 01:00 | 2026-10-25 02:30     | 2026-10-24T23:30:00Z 2026-10-25T00:30:00Z
					Australia/Lord_Howe | 0 * * * *   | 2026-10-04T02:15 | 2026-10-04T04:00     | 2026-10-03T16:00:00Z 2026-10-03T17:00:00Z
					Africa/Cairo        | 0 0 * * *   | 2026-04-24       | 2026-04-24           | 2026-04-23T22:00:00Z
					UTC                 | @every 16h  | 2026-03-01       | 2026-03-02T08:00:00Z | 2026-03-01T08:00:00Z 2026-03-02T00:00:00Z
					UTC                 | 0 0 * * *   | 2026-03-01T02:00+02:00 | 2026-03-01T00:00:00z | 2026-03-01T00:00:00Z
					UTC                 | @at 2026-03-01T09:00 | 2026-03-01 | 2026-03-01        | 2026-03-01T09:00:00Z
					""")
	void onlySlotsBetweenAreDue(String zone, String line, String from, String until, String expected) {
		Timing timing = between(line, from, until, zone).timing();
		List<Instant> slots = DaylightSavingTests.slots(timing, Instant.EPOCH, Instant.MAX);
		List<Instant> backwards = new ArrayList<>();
		for (Instant slot = timing.last(); slot != null; slot = timing.previous(slot)) {
			backwards.add(0, slot);
		}
		assertThat(slots).extracting(Instant::toString).containsExactly(expected.split(" ", -1));
		assertThat(backwards).isEqualTo(slots);
		assertThat(timing.count(Instant.EPOCH, Instant.MAX, 100)).isEqualTo(slots.size());
		assertThat(TimingParser.parse("a", timing.definition(), ZoneOffset.UTC)).isEqualTo(timing);
	}

	@Test
	void theZoneInALineIsThatOfItsBoundsAlsoIfTheLineNeedsNone() {
		String line = "CRON_TZ=America/Los_Angeles @every 6h";
		Schedule limited = Schedule.parse(Origin.CONFIGURED, "a", line, null, null, DEFAULTS)
			.between(null, "2026-12-01", null, DEFAULTS);
		assertThat(limited.timing().last()).isEqualTo("2026-12-02T06:00:00Z");
		assertThat(TimingParser.parse("a", "@until 2026-12-01 " + line, ZoneOffset.UTC)).isEqualTo(limited.timing());
		assertThat(TimingParser.parse("a", limited.line(), ZoneOffset.UTC)).isEqualTo(limited.timing());
	}

	@Test
	void theFirstAndTheLastDayAreBoundsToo() {
		Timing timing = between("0 0 1 1 *", "1970-01-01", "9999-12-31", "UTC").timing();
		assertThat(timing.last()).isEqualTo("9999-01-01T00:00:00Z");
		assertThat(TimingParser.parse("a", timing.definition(), ZoneOffset.UTC)).isEqualTo(timing);
	}

	@Test
	void oneBoundIsEnough() {
		Timing timing = between("0 0 * * *", "2026-03-01", null, "UTC").timing();
		assertThat(timing.definition()).isEqualTo("@from 2026-03-01T00:00:00Z CRON_TZ=UTC 0 0 0 * * *");
		assertThat(timing.last()).isNull();
		assertThat(timing.next(Instant.EPOCH)).isEqualTo("2026-03-01T00:00:00Z");
		assertThat(timing.previous(Instant.parse("2026-03-01T00:00:00Z"))).isNull();
		Schedule until = between("0 0 * * *", null, "2026-03-01", "Europe/Oslo");
		assertThat(until.definition()).isEqualTo("@until 2026-03-01T22:59:59Z CRON_TZ=Europe/Oslo 0 0 0 * * *");
		assertThat(until.line()).isEqualTo("@until 2026-03-01 0 0 * * *");
		assertThat(until.timing().last()).isEqualTo("2026-02-28T23:00:00Z");
	}

	@Test
	void aLineMayHaveItsBounds() {
		Timing timing = between("0 12 * * *", "2026-03-28T12:00", "2026-03-30", "Europe/Oslo").timing();
		assertThat(TimingParser.parse("a", "@from 2026-03-28T12:00 @until 2026-03-30 CRON_TZ=Europe/Oslo 0 12 * * *",
				ZoneOffset.UTC))
			.isEqualTo(timing);
		assertThat(TimingParser.parse("a", "@until 2026-03-30 @UNTIL 2027-03-30 @from 2026-03-28T12:00 0 12 * * *",
				ZoneId.of("Europe/Oslo")))
			.isEqualTo(timing);
		assertThat(new Schedule("a", "@from 2026-03-28 0 0 9 ? * 3", timing, Validity.halfTheGap(Duration.ofHours(1)),
				Origin.CONFIGURED, null)
			.ambiguity()).isNotNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			2026-02-30       | 2026-03-02 | from "2026-02-30" cannot be used: there is no such day
			tomorrow         | 2026-03-02 | from "tomorrow" cannot be used: "tomorrow" is neither an instant
			2026-03-01       | ''         | until "" cannot be used: "" is neither an instant
			2026-03-01       | 1.4.2026   | until "1.4.2026" cannot be used: "1.4.2026" is neither an instant
			2026-03-01       | 2026-02-27 | until "2026-02-27" cannot be used: no slot lies between
			2026-03-01T00:01 | 2026-03-01 | until "2026-03-01" cannot be used: no slot lies between
			""")
	void aBoundThatIsWrongIsRefused(String from, String until, String reason) {
		assertThatExceptionOfType(ScheduleFormatException.class)
			.isThrownBy(() -> between("0 0 * * *", from, until, "UTC"))
			.withMessageContaining(reason)
			.withMessageEndingWith(reason.endsWith("between") ? "Use an earlier beginning or a later end."
					: "or a day such as \"2026-12-01\".");
	}

	@Test
	void theLastTickIsValidForHalfTheRegularGap() {
		Schedule schedule = between("0 * * * *", null, "2026-03-01T11:30", "UTC");
		Instant last = Instant.parse("2026-03-01T11:00:00Z");
		Timetable timetable = new Timetable();
		timetable.start(Schedules.of(Map.of("a", schedule)), (each) -> last.minusSeconds(1));
		assertThat(timetable.due(last).ticks())
			.containsExactly(new Tick("a", last, last.minusSeconds(3600), null, last.plusSeconds(1800), null));
		assertThat(schedule.isOver(last.plusSeconds(1799))).isFalse();
		assertThat(schedule.isOver(last.plusSeconds(1800))).isTrue();
	}

	@Test
	void slotsUntilTheEndThatWereMissedAreCounted() {
		Schedule schedule = between("0 * * * *", "2026-03-01T08:00", "2026-03-01T11:30", "UTC");
		Timetable timetable = new Timetable();
		timetable.start(Schedules.of(Map.of("a", schedule)), (each) -> Instant.EPOCH);
		Due due = timetable.due(Instant.parse("2026-03-01T20:00:00Z"));
		assertThat(due.ticks()).isEmpty();
		assertThat(due.skipped()).containsExactly(new SkippedSlots("a", Instant.parse("2026-03-01T08:00:00Z"),
				Instant.parse("2026-03-01T11:00:00Z"), 4, false));
		assertThat(timetable.due(Instant.parse("2026-03-02T20:00:00Z")).skipped()).isEmpty();
	}

}
