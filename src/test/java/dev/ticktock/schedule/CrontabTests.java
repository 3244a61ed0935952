package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.TestSchedules;
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

	private static Schedule schedule(String line) {
		return TestSchedules.zoned("a", line, "UTC", null);
	}

	private static Timing parse(String line) {
		return TimingParser.parse("a", line, ZoneOffset.UTC);
	}

	private static List<LocalDate> dates(String line, LocalDate from, int days) {
		Instant begin = from.atStartOfDay().toInstant(ZoneOffset.UTC).minusNanos(1);
		return DaylightSavingTests.slots(parse(line), begin, begin.plus(Duration.ofDays(days)))
			.stream()
			.map((slot) -> LocalDate.ofInstant(slot, ZoneOffset.UTC))
			.toList();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# either
			30 4 1,15 * 5       | 1 4 11 15 18 25
			0 0 13 * 5          | 4 11 13 18 25
			0 0 1-3 * 1-2       | 1 2 3 7 8 14 15 21 22 28 29
			0 0 10 * 0          | 6 10 13 20 27
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
			0 0 * * 1-7/3       | 3 6 7 10 13 14 17 20 21 24 27 28 31
			0 0 * * FRI-SUN     | 4 5 6 11 12 13 18 19 20 25 26 27
			0 0 * * SUN-TUE     | 1 6 7 8 13 14 15 20 21 22 27 28 29
			0 0 * * 7-7         | 6 13 20 27
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
			0 0 1 * 0-6     | CRON_TZ=UTC 0 0 0 * * *
			0 0 1 * 0-7     | CRON_TZ=UTC 0 0 0 * * *
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

}
