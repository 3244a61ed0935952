package dev.ticktock.observe;

import java.time.Duration;
import java.time.ZoneId;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Validity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineWords}.
 */
class LineWordsTests {

	private static @Nullable String words(String line, String zone) {
		return LineWords.of(Schedule.parse("a", line, ZoneId.of(zone), Validity.of(Duration.ofHours(1))));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			* * * * * *           | every second
			*/30 * * * * *        | every 30 seconds
			0 * * * * *           | every minute
			0 */15 * * * *        | every 15 minutes
			0/5 * * * *           | every 5 minutes
			0 0 * * * *           | every hour
			0 7 * * * *           | every hour, at minute 7
			0 0 */2 * * *         | every 2 hours
			0 30 */6 * * ?        | every 6 hours, at minute 30
			30 2 * * *            | every day at 02:30 in Oslo
			15 30 2 * * *         | every day at 02:30:15 in Oslo
			0 9,17 * * *          | every day at 09:00 and 17:00 in Oslo
			0 6 * * MON-FRI       | Monday to Friday at 06:00 in Oslo
			0 6 * * 1             | every Monday at 06:00 in Oslo
			0 6 * * 0,6           | Sunday and Saturday at 06:00 in Oslo
			0 6 1 * *             | on day 1 of each month at 06:00 in Oslo
			0 0 6 L * *           | on the last day of each month at 06:00 in Oslo
			0 6 24 12 *           | every 24 December at 06:00 in Oslo
			*/15 8-17 * * MON-FRI | every 15 minutes from 08:00 to 17:59, Monday to Friday in Oslo
			0 8-17 * * *          | every hour from 08:00 to 17:00 in Oslo
			@hourly               | every hour
			@daily                | every day at 00:00 in Oslo
			@weekly               | every Sunday at 00:00 in Oslo
			@monthly              | on day 1 of each month at 00:00 in Oslo
			@yearly               | every 1 January at 00:00 in Oslo
			@every 45m            | every 45 minutes
			@every 90s            | every 90 seconds
			@every 1s             | every second
			@every 1m             | every minute
			@every 1h30m          | every 1 hour 30 minutes
			@every 1d             | every day
			CRON_TZ=America/Argentina/Buenos_Aires 30 2 * * * | every day at 02:30 in Buenos Aires
			TZ=UTC 0 0 * * *      | every day at 00:00 UTC
			""")
	void commonShapesAreSaidInPlainWords(String line, String expected) {
		assertThat(words(line, "Europe/Oslo")).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 */7 * * * *
			5 */15 * * * *
			0 9 13 * FRI
			0 6 * 1-3 *
			0 6 * * 5L
			0 6 15W * *
			0 0,30 9-17 * * *
			0 1-5 * * * *
			0 0 1,2,3,4,5 * * *
			*/7 * * * * *
			0 0-10/5 * * * *
			""")
	void whatIsNotCommonIsNotSaid(String line) {
		assertThat(words(line, "UTC")).isNull();
	}

}
