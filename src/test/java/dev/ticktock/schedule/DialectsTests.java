package dev.ticktock.schedule;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Dialects}.
 */
class DialectsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			# Quartz
			0 15 10 ? * * *                              | 0 15 10 ? * *
			0 15 10 * * ? 2026                           | 0 15 10 * * ?
			0 15 10 ? * 6L 2026-2030                     | 0 15 10 ? * FRIL
			0 30 17 ? * 2#3 *                            | 0 30 17 ? * MON#3
			0 0 8 ? * 2-6 *                              | 0 0 8 ? * MON-FRI
			0 0 8 ? * L *                                | 0 0 8 ? * SAT
			0 0 8 ? * 2/2 *                              | 0 0 8 ? * MON-SAT/2
			0 0 8 ? * */2 *                              | 0 0 8 ? * SUN-SAT/2
			# EventBridge
			cron(0 10 * * ? *)                           | 0 0 10 * * ?
			cron(0 18 ? * MON-FRI *)                     | 0 0 18 ? * MON-FRI
			cron(0 8 ? * 2 *)                            | 0 0 8 ? * MON
			cron(0/15 * * * ? *)                         | 0 0/15 * * * ?
			cron(0 9 ? * 2#1 2026)                       | 0 0 9 ? * MON#1
			rate(5 minutes)                              | @every 5m
			rate(1 hour)                                 | @every 1h
			rate(7 days)                                 | @every 7d
			# systemd
			*-*-* 02:30:00                               | 0 30 2 * * *
			*-*-* *:*:00                                 | 0 * * * * *
			*-*-01 00:00:00                              | 0 0 0 1 * *
			*-*-* 06,18:00                               | 0 0 6,18 * * *
			Mon..Fri 09:00                               | 0 0 9 * * MON-FRI
			Mon,Thu *-*-* 20:15:30                       | 30 15 20 * * MON,THU
			Mon *-*-1..7 18:00:00                        | 0 0 18 1-7 * MON
			*:0/15                                       | 0 0/15 * * * *
			Monday                                       | 0 0 0 * * MON
			02:30                                        | 0 30 2 * * *
			daily                                        | @daily
			Weekly                                       | @weekly
			# words
			every 5 minutes                              | @every 5m
			Every hour                                   | @every 1h
			@every 5 minutes                             | @every 5m
			@every 1h 30m                                | @every 1h30m
			@every 1 hour and 30 minutes                 | @every 1h30m
			15m                                          | @every 15m
			PT15M                                        | @every pt15m
			# crontab, with the rest of its line, in quotes, or with a zone
			0 4 * * * /usr/local/bin/backup --all        | 0 4 * * *
			0 4 * * * root /usr/local/bin/backup         | 0 4 * * *
			0 4 * * MON-FRI python3 report.py            | 0 4 * * MON-FRI
			*/5 * * * * # every five minutes             | */5 * * * *
			0 30 4 * * * # at half past four             | 0 30 4 * * *
			@daily /usr/local/bin/backup                 | @daily
			"0 4 * * *"                                  | 0 4 * * *
			cron_tz=Europe/Oslo 0 2 * * *                | CRON_TZ=Europe/Oslo 0 2 * * *
			CRON_TZ="Europe/Oslo" 0 2 * * *              | CRON_TZ=Europe/Oslo 0 2 * * *
			CRON_TZ=europe/oslo 0 2 * * *                | CRON_TZ=Europe/Oslo 0 2 * * *
			TZ=PST 0 2 * * *                             | CRON_TZ=America/Los_Angeles 0 2 * * *
			CRON_TZ = Europe/Oslo 0 2 * * *              | CRON_TZ=Europe/Oslo 0 2 * * *
			cron_tz=Europe/Oslo 0 2 * * * # at night     | CRON_TZ=Europe/Oslo 0 2 * * *
			""")
	void theRefusalContainsTheLineToWriteInstead(String line, String instead) {
		refused(line).withMessageStartingWith("schedule \"a\": \"%s\" is not a schedule: ".formatted(line))
			.satisfies((ex) -> assertThat(ex.remedy()).isEqualTo("Use \"%s\".", instead));
		assertThat(TimingParser.parse("a", instead, ZoneOffset.UTC)).isNotNull();
	}

	private static ThrowableAssertAlternative<ScheduleFormatException> refused(String line) {
		return assertThatExceptionOfType(ScheduleFormatException.class)
			.isThrownBy(() -> TimingParser.parse("a", line, ZoneOffset.UTC));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					at(2026-12-24T18:00:00) | an instant is written after @at. Use "@at 2026-12-24T18:00:00".
					2026-12-24 18:00      | an instant is written after @at. Use "@at 2026-12-24 18:00".
					0 15 10 ? * * *       | a year is not supported, a line is due every year. Use "0 15 10 ? * *".
					CRON_TZ=EST 0 2 * * * | there is no time zone "EST"; "America/New_York" is probably meant. Use "CRON_TZ=America/New_York 0 2 * * *".
					@reboot               | it has no time. Let the worker run the job when it starts.
					""")
	void theRefusalNamesTheRuleTheValueAndTheRemedy(String line, String rule) {
		refused(line).withMessage("schedule \"a\": \"%s\" is not a schedule: %s", line, rule);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-", "0 61 * * * *", "* * * *", "0 9 * * FUN", "a b c d e f", "HH * * * *",
			"1-2-3 * * * *", "every other day", "rate(soon)", "rate(99999999999999999999 days)", "cron()", "15x",
			"@every 3000000d", "CRON_TZ=Nowhere 0 2 * * *", "0 22-2 * * *", "0 0 2 * * FUN 2026", "(((((((((", "\"",
			"@every 1 day or so", "CRON_TZ=", "P", "R/PT5M", "2026-13-24 18:00", "0 2 * * * Europe/Oslo" })
	void aLineOfNoDialectIsRefusedWithTheGeneralRemedy(String line) {
		refused(line).withMessageContaining("Use six fields from second to day of week");
	}

	@ParameterizedTest
	@ValueSource(strings = { "9", "1-", "1,", "a ", "H ", "CRON_TZ=a ", "*/1 ", "(", "Mon..", "1:", "5m ", " \t" })
	void aLineThatIsMadeToBeCostlyIsRefusedAtOnce(String part) {
		String line = "x" + part.repeat(999 / part.length());
		for (String each : List.of(line, line.substring(1), line.substring(1, 900) + "=", "cron(" + line.substring(5),
				"at(" + line.substring(4), "@every " + line.substring(9), "TZ=" + line.substring(3))) {
			long begin = System.nanoTime();
			assertThatExceptionOfType(ScheduleFormatException.class)
				.isThrownBy(() -> TimingParser.parse("a", each, ZoneOffset.UTC));
			assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			europe/oslo                 | Europe/Oslo
			Europe/Olso                 | Europe/Oslo
			Oslo                        | Europe/Oslo
			new york                    | America/New_York
			utc                         | UTC
			EST                         | America/New_York
			PST                         | America/Los_Angeles
			BST                         | Europe/London
			JST                         | Asia/Tokyo
			""", quoteCharacter = '`')
	void theRefusalOfAZoneNamesTheOneThatIsMeant(String name, String meant) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> TimingParser.zone(name))
			.withMessage("there is no time zone \"%s\"; \"%s\" is probably meant", name, meant);
		assertThat(TimingParser.zone(meant)).isEqualTo(ZoneId.of(meant));
	}

}
