package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Crontab}.
 */
class CrontabTests {

	private static final List<String> DAY_NAMES = List.of("SUN", "Mon", "tue", "WED", "THU", "fri", "SAT");

	private static final List<String> MONTH_NAMES = List.of("JAN", "feb", "MAR", "APR", "May", "JUN", "JUL", "AUG",
			"SEP", "OCT", "NOV", "DEC");

	private static Schedule schedule(String line) {
		return Schedule.parse("a", line, ZoneId.of("UTC"), Validity.halfTheGap(Duration.ofHours(12)));
	}

	private static Timing parse(String line) {
		return TimingParser.parse("a", line, ZoneOffset.UTC);
	}

	private static List<LocalDate> dates(String line, LocalDate from, int days) {
		List<LocalDate> dates = new ArrayList<>();
		Timing timing = parse(line);
		Instant end = from.plusDays(days).atStartOfDay().toInstant(ZoneOffset.UTC);
		for (Instant slot = timing.next(from.atStartOfDay().toInstant(ZoneOffset.UTC).minusNanos(1)); slot != null
				&& slot.isBefore(end); slot = timing.next(slot)) {
			dates.add(LocalDate.ofInstant(slot, ZoneOffset.UTC));
		}
		return dates;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# either
			30 4 1,15 * 5       | 1 4 11 15 18 25
			30 4 1,15 * FRI     | 1 4 11 15 18 25
			0 0 13 * 5          | 4 11 13 18 25
			0 0 1-3 * 1-2       | 1 2 3 7 8 14 15 21 22 28 29
			0 0 10 * 0          | 6 10 13 20 27
			0 0 10 * 7          | 6 10 13 20 27
			0 0 L * 3           | 2 9 16 23 30 31
			0 0 1 * 5#3         | 1 18
			0 0 15W * SUN       | 6 13 15 20 27
			0 0 1/10 * 6,*/7    | 1 5 6 11 12 13 19 20 21 26 27 31
			0 0 31 11,12 0      | 6 13 20 27 31
			# a star with a step is a star: both
			0 0 */10 * 5        | 11
			0 0 */2 * 1         | 7 21
			0 0 1-7 * */5       | 4 6
			0 0 1-15 * *,1      | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
			0 0 *,3 * 5         | 4 11 18 25
			0 0 ? * 5           | 4 11 18 25
			0 0 13 * ?          | 13
			# days of the week
			0 0 * * */2         | 1 3 5 6 8 10 12 13 15 17 19 20 22 24 26 27 29 31
			0 0 * * */3         | 2 5 6 9 12 13 16 19 20 23 26 27 30
			0 0 * * */7         | 6 13 20 27
			0 0 * * 0-7/7       | 6 13 20 27
			0 0 * * 1-7/3       | 3 6 7 10 13 14 17 20 21 24 27 28 31
			0 0 * * 5-7         | 4 5 6 11 12 13 18 19 20 25 26 27
			0 0 * * FRI-SUN     | 4 5 6 11 12 13 18 19 20 25 26 27
			0 0 * * SUN-TUE     | 1 6 7 8 13 14 15 20 21 22 27 28 29
			0 0 * * 7           | 6 13 20 27
			0 0 * * 7-7         | 6 13 20 27
			0 0 * * sun-sun     | 6 13 20 27
			0 0 * * sun/3       | 2 5 6 9 12 13 16 19 20 23 26 27 30
			0 0 * * 0,3         | 2 6 9 13 16 20 23 27 30
			0 0 * * 5L          | 25
			0 0 * * 0#1         | 6
			""")
	void daysOfDecember2026(String line, String days) {
		assertThat(dates(line, LocalDate.of(2026, 12, 1), 31)).isEqualTo(Stream.of(days.split(" ", -1))
			.map(Integer::valueOf)
			.map((day) -> LocalDate.of(2026, 12, day))
			.toList());
	}

	@Test
	void sixFieldsStaySprings() {
		LocalDate december = LocalDate.of(2026, 12, 1);
		assertThat(dates("0 30 4 1,15 * 5", december, 60)).containsExactly(LocalDate.of(2027, 1, 1),
				LocalDate.of(2027, 1, 15));
		assertThat(dates("0 0 6 * * */2", december, 7)).containsExactly(december.plusDays(1), december.plusDays(3),
				december.plusDays(5), december.plusDays(6));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 0 1-31 * 5", "0 0 1 * 0-7", "0 0 1 * 0-6", "0 0 5,* * MON" })
	void aRestrictionToAllDaysMeansEveryDay(String line) {
		assertThat(parse(line)).isEqualTo(parse("0 0 0 * * *"));
	}

	@Test
	void aDayThatNeverComesLeavesTheOther() {
		assertThat(parse("0 0 31 2 5")).isEqualTo(parse("0 0 0 * 2 5"));
		assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> parse("0 0 31 2 *"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# the same as with a second of 0, and so defined as ever
			30 4 * * *      | CRON_TZ=UTC 0 30 4 * * *
			30  4 * * 1-5   | CRON_TZ=UTC 0 30 4 * * 1-5
			0 0 */2 * 5     | CRON_TZ=UTC 0 0 0 */2 * 5
			0 0 * * */1     | CRON_TZ=UTC 0 0 0 * * */1
			0 0 * * 0-7     | CRON_TZ=UTC 0 0 0 * * 0-7
			0 0 1-31 * 0-6  | CRON_TZ=UTC 0 0 0 1-31 * 0-6
			0 9 * * FRIL    | CRON_TZ=UTC 0 0 9 * * FRIL
			# changed, and so defined by other six fields
			0 6 * * */2     | CRON_TZ=UTC 0 0 6 * * 0/2
			0 6 */3 * */2   | CRON_TZ=UTC 0 0 6 */3 * 0/2
			0 0 1-31 * 5    | CRON_TZ=UTC 0 0 0 * * *
			# or by five, where six cannot say it
			30 4 1,15 * 5   | CRON_TZ=UTC 30 4 1,15 * 5
			30 4 1 * 5,*/2  | CRON_TZ=UTC 30 4 1 * 5,0/2
			""")
	void theDefinitionSaysWhichSlots(String line, String definition) {
		Schedule schedule = schedule(line);
		assertThat(schedule.definition()).isEqualTo(definition);
		assertThat(schedule.isDueAs(definition)).isTrue();
		assertThat(schedule(definition).definition()).isEqualTo(definition);
		assertThat(schedule(definition).timing()).isEqualTo(schedule.timing());
	}

	@ParameterizedTest
	@ValueSource(strings = { "30 4 1,15 * 5", "0 6 * * */2", "0 0 1-31 * 5", "0 0 * * 7-7" })
	void aChangedLineIsNotDueAsInEarlierVersions(String line) {
		assertThat(schedule(line).isDueAs("CRON_TZ=UTC 0 " + line)).isFalse();
		assertThat(schedule("0 " + line).isDueAs(schedule(line).definition())).isFalse();
	}

	@Test
	void aChangedLineIsWarnedOfWithBothReadings() {
		assertThat(schedule("CRON_TZ=Europe/Oslo 30 4 1,15 * 5").warnings()).containsExactly(
				"schedule \"a\": \"CRON_TZ=Europe/Oslo 30 4 1,15 * 5\": it has five fields and is read as in crontab: due on days that match the day of month or the day of week. Earlier versions read it as \"0 30 4 1,15 * 5\", due on days that match both. Write the six fields to keep that meaning");
		assertThat(schedule("0 6 * * */2").warnings()).containsExactly(
				"schedule \"a\": \"0 6 * * */2\": it has five fields and is read as in crontab: the same as \"0 0 6 * * 0/2\". Earlier versions read it as \"0 0 6 * * */2\". Write the six fields to keep that meaning");
	}

	@ParameterizedTest
	@ValueSource(strings = { "30 4 * * *", "0 0 13 * *", "0 9 * * 1-5", "0 0 */2 * 5", "0 0 * * 0-7", "@daily",
			"@every 5m", "0 30 4 1,15 * 5", "0 0 6 * * */2", "0 9 ? * 6L" })
	void aLineThatMeansTheSameAsEverIsNotWarnedOf(String line) {
		assertThat(schedule(line).warnings()).isEmpty();
	}

	/**
	 * Compares random lines with the minutes that match when each field is a set of
	 * numbers.
	 */
	@Test
	void randomLinesAreDueAtTheMinutesThatMatch() {
		Random random = new Random(20261129);
		int slots = 0;
		for (int i = 0; i < 600; i++) {
			Field minute = Field.random(random, 0, 59, List.of());
			Field hour = Field.random(random, 0, 23, List.of());
			Field day = Field.random(random, 1, 31, List.of());
			Field month = Field.random(random, 1, 12, MONTH_NAMES);
			Field weekday = Field.random(random, 0, 7, DAY_NAMES);
			String line = String.join(" ", minute.text, hour.text, day.text, month.text, weekday.text);
			boolean both = day.star() || weekday.star();
			LocalDateTime begin = LocalDateTime.of(2026, 1, 1, 0, 0).plusDays(random.nextInt(1500));
			List<LocalDateTime> expected = new ArrayList<>();
			for (LocalDateTime date = begin; date.isBefore(begin.plusDays(60)); date = date.plusDays(1)) {
				int number = date.getDayOfWeek().getValue();
				boolean ofWeek = weekday.values.get(number) || (number == 7 && weekday.values.get(0));
				boolean ofMonth = day.values.get(date.getDayOfMonth());
				if (month.values.get(date.getMonthValue()) && (both ? ofMonth && ofWeek : ofMonth || ofWeek)) {
					for (int each = 0; each < 1440; each++) {
						if (hour.values.get(each / 60) && minute.values.get(each % 60)) {
							expected.add(date.plusMinutes(each));
						}
					}
				}
			}
			slots += expected.size();
			assertThat(slots(line, begin, begin.plusDays(60))).as(line).isEqualTo(expected);
		}
		assertThat(slots).isGreaterThan(100_000);
	}

	private static List<LocalDateTime> slots(String line, LocalDateTime begin, LocalDateTime end) {
		List<LocalDateTime> slots = new ArrayList<>();
		try {
			Timing timing = parse(line);
			for (Instant slot = timing.next(begin.toInstant(ZoneOffset.UTC).minusNanos(1)); slot != null
					&& slot.isBefore(end.toInstant(ZoneOffset.UTC)); slot = timing.next(slot)) {
				slots.add(LocalDateTime.ofInstant(slot, ZoneOffset.UTC));
			}
		}
		catch (ScheduleFormatException ex) {
			assertThat(ex.reason()).isEqualTo("no such date exists, so it would never be due");
		}
		return slots;
	}

	/**
	 * A field, and the numbers that it stands for.
	 */
	private record Field(String text, BitSet values) {

		static Field random(Random random, int first, int last, List<String> names) {
			List<String> parts = new ArrayList<>();
			BitSet values = new BitSet();
			for (int i = random.nextInt(8) / 6; i >= 0; i--) {
				int from = first + random.nextInt(last - first + 1);
				int to = from + random.nextInt(last - from + 1);
				int step = 1 + random.nextInt(Math.min(9, last - first));
				switch (random.nextInt(7)) {
					case 0, 1 -> parts.add(add(values, first, last, 1, "*"));
					case 2 -> parts.add(add(values, first, last, step, "*/" + step));
					case 3 -> parts.add(add(values, from, to, 1, from + "-" + to));
					case 4 -> parts.add(add(values, from, to, step, from + "-" + to + "/" + step));
					case 5 -> {
						if (names.isEmpty() || from - first >= names.size()) {
							parts.add(add(values, from, from, 1, String.valueOf(from)));
						}
						else {
							parts.add(add(values, from, from, 1, names.get(from - first)));
						}
					}
					default -> parts.add(add(values, from, from, 1, String.valueOf(from)));
				}
			}
			return new Field(String.join(",", parts), values);
		}

		private static String add(BitSet values, int from, int to, int step, String text) {
			for (int value = from; value <= to; value += step) {
				values.set(value);
			}
			return text;
		}

		boolean star() {
			return this.text.startsWith("*");
		}

	}

}
