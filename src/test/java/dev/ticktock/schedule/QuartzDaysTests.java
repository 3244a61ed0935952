package dev.ticktock.schedule;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.ticktock.TestSchedules.configured;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QuartzDays}.
 */
class QuartzDaysTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 15 10 ? * 6L                   | 6L    | SATL         | FRIL
			0 30 17 ? * 2#3                  | 2#3   | TUE#3        | MON#3
			0 0 12 ? * 2-6                   | 2-6   | TUE-SAT      | MON-FRI
			0 0 12 ? JAN 1,7                 | 1,7   | MON,SUN      | SUN,SAT
			0 0 12 ? * 7-2                   | 7-2   | SUN-TUE      | SAT-MON
			0 0 12 ? * */2                   | */2   | MON-SUN/2    | SUN-SAT/2
			0 0 12 ? * 2/2                   | 2/2   | TUE-SUN/2    | MON-SAT/2
			0 0 12 ? * 2,THU                 | 2,THU | TUE,THU      | MON,THU
			CRON_TZ=Europe/Oslo 0 0 9 ? * 6l | 6l    | SATL         | FRIL
			""")
	void aNumberBehindAQuestionMarkIsNamedInBothReadings(String line, String written, String here, String quartz) {
		Schedule schedule = configured("a", line);
		assertThat(schedule.ambiguity()).isEqualTo(
				"its day of the week %s is %s, counted from Monday = 1; Quartz counts from Sunday = 1 and reads %s",
				written, here, quartz);
		assertThat(schedule.warnings())
			.containsExactly("schedule \"a\": \"%s\": %s. Write the day that is meant by its name".formatted(line,
					schedule.ambiguity()));
		String named = line.substring(0, line.lastIndexOf(' ') + 1) + here;
		assertThat(configured("a", named).timing().next(Instant.EPOCH))
			.isEqualTo(schedule.timing().next(Instant.EPOCH));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0 15 10 ? * FRIL", "0 0 12 ? * MON-FRI", "0 0 12 ? * *", "0 0 12 ? * 1-7",
			"0 0 12 ? * 0-4", "0 0 12 * * 2-6", "0 0 12 1 * ?", "0 0 12 ? * ?", "0 12 ? * 2-6", "@daily", "@every 5m" })
	void othersHaveOneReading(String line) {
		assertThat(configured("a", line).ambiguity()).isNull();
		assertThat(configured("a", line).warnings()).isEmpty();
	}

}
