package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/**
 * Tests for {@link TimingParser}.
 */
class TimingParserTests {

	private static Timing parse(String line) {
		return TimingParser.parse("report.nightly", line, ZoneOffset.UTC);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			@Every 45M,         PT45M
			@every 1h30m,       PT1H30M
			@every pt45m,       PT45M
			@every P1D,         PT24H
			@every 3650d,       PT87600H
			@every 2d3h4m5s,    PT51H4M5S
			@every 1s,          PT1S
			@every 90m,         PT1H30M
			'  @every   45m  ', PT45M
			""")
	void everyIsEvenlySpaced(String line, Duration period) {
		assertThat(parse(line)).isEqualTo(new EveryTiming(period));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			@at 2026-12-01T09:00:00+01:00              | 2026-12-01T08:00:00Z
			@AT 2026-12-01T09:00z                      | 2026-12-01T09:00:00Z
			@at 2026-12-01T09:00                       | 2026-12-01T08:00:00Z
			@at  2026-12-01 09:00:30                   | 2026-12-01T08:00:30Z
			@at 2026-12-01T09:00+01:00[Europe/Oslo]    | 2026-12-01T08:00:00Z
			CRON_TZ=Asia/Kathmandu @at 2026-12-01T09:00 | 2026-12-01T03:15:00Z
			TZ=Asia/Kathmandu @at 2026-12-01T09:00Z    | 2026-12-01T09:00:00Z
			@at 2026-03-29T02:30                       | 2026-03-29T01:00:00Z
			@at 2026-03-29T03:00                       | 2026-03-29T01:00:00Z
			@at 2026-10-25T02:30                       | 2026-10-25T00:30:00Z
			@at 2026-10-25T03:00                       | 2026-10-25T02:00:00Z
			TZ=Pacific/Apia @at 2011-12-30T12:00       | 2011-12-30T10:00:00Z
			TZ=Australia/Lord_Howe @at 2026-10-04T02:15 | 2026-10-03T15:30:00Z
			TZ=Australia/Lord_Howe @at 2026-04-05T01:45 | 2026-04-04T14:45:00Z
			""")
	void atIsOneSlot(String line, Instant slot) {
		Timing timing = TimingParser.parse("a", line, ZoneId.of("Europe/Oslo"));
		assertThat(timing).isEqualTo(new OnceTiming(slot));
		assertThat(timing.definition()).isEqualTo("@at " + slot);
		assertThat(parse(timing.definition())).isEqualTo(timing);
		assertThat(timing.next(Instant.EPOCH)).isEqualTo(slot);
		assertThat(timing.next(slot)).isNull();
		assertThat(timing.previous(slot)).isNull();
		assertThat(timing.previous(slot.plusSeconds(1))).isEqualTo(slot);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					# a macro stands for a line
					@hourly                              | 0 0 * * * *
					@DAILY                               | 0 0 0 * * *
					# five fields are due at the full minute
					30 2 * * *                           | 0 30 2 * * *
					*/15 * * * *                         | 0 */15 * * * *
					0 9 * * MON-FRI                      | 0 0 9 * * MON-FRI
					0 0 L * *                            | 0 0 0 L * *
					# a step may be as long as the field's range
					0 */60 * * * *                       | 0 0 * * * *
					0 0 */24 * * *                       | 0 0 0 * * *
					0 0 0 */31 * *                       | 0 0 0 1 * *
					0 0 0 1 */12 *                       | 0 0 0 1 1 *
					0 0 * * */7                          | 0 0 0 * * SUN
					# a zone may be named in two ways, and means nothing to a period
					TZ=Asia/Kathmandu   30 2 * * *       | CRON_TZ=Asia/Kathmandu 0 30 2 * * *
					' CRON_TZ=Asia/Kathmandu	30 2 * * * ' | CRON_TZ=Asia/Kathmandu 0 30 2 * * *
					CRON_TZ=Asia/Kathmandu @from 2026-03-01 30 2 * * * | @from 2026-02-28T18:15:00Z CRON_TZ=Asia/Kathmandu 0 30 2 * * *
					CRON_TZ=Asia/Kathmandu @daily        | CRON_TZ=Asia/Kathmandu 0 0 0 * * *
					TZ=Asia/Kathmandu @every 45m         | @every 45m
					""")
	void aLineIsTheSameInOtherWords(String line, String same) {
		assertThat(parse(line)).isEqualTo(parse(same));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					CRON_TZ=Mars 0 0 * * * *        | there is no time zone "Mars"
					TZ= 0 0 * * * *                 | there is no time zone ""
					CRON_TZ=Europe/Oslo             | a line has six fields (second, minute, hour, day of month, month, day of week) or five (crontab's, without the second), and this one has 0
					0 61 * * * *                    | field 2, the minute, is "61": its numbers are 0 to 59
					0 0 25 * * *                    | field 3, the hour, is "25"
					0 0 * 32 * *                    | field 4, the day of month, is "32"
					0 0 0 1 13 *                    | field 5, the month, is "13": its values are 1 to 12, or JAN to DEC
					0 0 0 * * 8                     | field 6, the day of week, is "8": its values are 0 to 7, or SUN to SAT
					0 9 * * FUN                     | field 5, the day of week, is "FUN"
					* * * *                         | a line has six fields
					X * * * *                       | field 1, the minute, is "X": its numbers are 0 to 59.
					0 */0 * * * *                   | field 2, the minute, is "*/0": its numbers are 0 to 59.
					0 0 22-2 * * *                  | field 3, the hour, is "22-2": its numbers are 0 to 23, and a range goes upwards
					0 0 0 L-28 * *                  | field 4, the day of month, is "L-28": not every month has a day that is 28 days
					0 0 0 31W * *                   | field 4, the day of month, is "31W": a month that ends with a Sunday on day 31 would have no slot; use LW
					0 0 1,028w * *                  | field 3, the day of month, is "1,028w": a month that ends with a Sunday on day 28
					0 0 0 L-１００ * *                 | field 4, the day of month, is "L-１００": a field can have only ASCII letters
					0 */９０ * * * *                  | field 2, the minute, is "*/９０": a field can have only ASCII
					0 0 9–17 * * *                  | field 3, the hour, is "9–17": a field can have only ASCII
					@sometimes                      | there is no macro "@sometimes"
					0 */90 * * * *                  | field 2, the minute, is "*/90": a step here is at most 60, not 90; use "@every 90m"
					*/90 * * * *                    | field 1, the minute, is "*/90": a step here is at most 60, not 90; use "@every 90m"
					0/61 * * * * *                  | field 1, the second, is "0/61": a step here is at most 60, not 61; use "@every 61s"
					0 0 1,*/36 * * *                | field 3, the hour, is "1,*/36": a step here is at most 24, not 36; use "@every 36h"
					0 0 0 1-31/32 * *               | field 4, the day of month, is "1-31/32": a step here is at most 31, not 32; use "@every 32d"
					0 0 0 1 */13 *                  | field 5, the month, is "*/13": a step here is at most 12, not 13.
					0 0 * * */8                     | field 5, the day of week, is "*/8": a step here is at most 7, not 8.
					0 */99999999999 * * * *         | field 2, the minute, is "*/99999999999": a step here is at most 60, not 99999999999; use
					@at                             | "" is neither an instant such as 2026-12-01T09:00:00+01:00 nor a local time such as 2026-12-01T09:00
					@at 2026-12-01                  | "2026-12-01" is neither an instant
					@at tomorrow                    | "tomorrow" is neither an instant
					@at 2026-02-30T09:00            | "2026-02-30T09:00" is neither an instant
					@at 2026-12-01T09:00:00.5Z      | an instant is on a whole second of the years 1970 to 9999
					@at 1969-12-01T09:00            | an instant is on a whole second of the years 1970 to 9999
					@at +12026-12-01T09:00Z         | an instant is on a whole second of the years 1970 to 9999
					@every                          | "" is not a duration such as 45m, 1h30m or PT45M
					@every 45                       | "45" is not a duration
					@every -45m                     | "-45m" is not a duration
					@every 1.5h                     | "1.5h" is not a duration
					@every 0s                       | a period is a whole number of seconds, at least one
					@every PT0.5S                   | a period is a whole number of seconds
					@every PT-45M                   | a period is a whole number of seconds
					@every 3651d                    | a period is at most 3650 days
					@every PT9223372036854775807S   | a period is at most 3650 days
					0 0 0 30 2 *                    | no such date exists, so it would never be due
					0 0 0 31 4,6,9,11 *             | no such date exists
					0 0 0 31 2 MON                  | no such date exists
					""")
	void anErrorPointsAtWhatIsWrong(String line, String reason) {
		assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> parse(line))
			.withMessageContaining("\"%s\" is not a schedule: %s", line, reason)
			.withMessageContaining("such as \"%s",
					line.startsWith("@at") ? "@at 2026-12-01T09:00" : "0 */15 * * * *\"");
	}

	@Test
	void aLongLineIsRefusedAtOnce() {
		String line = "TZ=" + "\t".repeat(995) + "x";
		assertTimeout(Duration.ofSeconds(1),
				() -> assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> parse(line)));
	}

	@Test
	void aLineOfAThousandCharactersIsReadAndALongerOneIsNot() {
		String line = "0 0 0 " + "1,".repeat(494) + "1 * *";
		assertThat(line).hasSize(999);
		assertThat(parse(line).next(Instant.parse("2026-03-01T00:00:00Z"))).isEqualTo("2026-04-01T00:00:00Z");
		assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> parse(line + "  "))
			.withMessageContaining("it has 1001 characters; the maximum is 1000")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(600));
	}

}
