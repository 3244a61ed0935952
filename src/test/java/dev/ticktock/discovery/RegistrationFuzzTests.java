package dev.ticktock.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Timetable;
import dev.ticktock.schedule.Timetable.Due;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random lines and argument tables: each is a schedule or an error with a message, and
 * nothing stops the timetable.
 */
class RegistrationFuzzTests {

	private static final int RUNS = 3000;

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private static final List<String> LINES = List.of("0 */15 * * * *", "30 2 * * *", "@every 45m", "@daily",
			"CRON_TZ=Europe/Oslo 0 30 2 * * *", "TZ=Africa/Cairo 0 0 0 * * *", "0 0 0 L-3 * *", "0 0 0 15W * ?",
			"0 0 0 ? * MON#2", "0 0 0 ? * 5L", "*/7 1-5,10-20/3 */2 1,2,LW JAN-MAR MON-FRI", "@every PT1H30M",
			"0 0 0 29 2 *", "0 0 12 31 * SUN", "@every 1d2h3m4s", "H H(0-4) * * *", "@at 2026-03-01T18:00",
			"TZ=Europe/Oslo @at 2026-03-02 09:30:00", "@at 2026-03-01T12:59:59Z",
			"@from 2026-02-01 @until 2026-03-01T14:00 0 30 * * * *", "0 H/15,H(3-9)/2 H H * H");

	private static final String ALPHABET = "0123456789 0123456789 **//--,,??##LWLWHH()@=:.+_ \t\nabdehmstuEUROPyJANMØ日\0\"";

	private static final List<String> WORDS = List.of("*", "?", "L", "W", "L-1", "15W", "MON#5", "#", "5L", "*/0",
			"0/0", "99999999999", "1-", "1,,2", "5-1", "*/5/5", "MON-", "1W-2W", "L#1", "0-59/61", "H", "H(1-3)", "H/7",
			"H(9-3)", "@every", "@from", "@until", "2026-03-01", "1.5h", "PT-1S", "P1Y", "CRON_TZ=", "TZ=UTC",
			"CRON_TZ=Nowhere", "9223372036854775807s", "0s");

	private final Random random = new Random(20261123);

	private String line() {
		StringBuilder line = new StringBuilder();
		String[] words = LINES.get(this.random.nextInt(LINES.size())).split(" ", -1);
		for (String word : words) {
			line.append((this.random.nextInt(4) > 0) ? word : WORDS.get(this.random.nextInt(WORDS.size()))).append(' ');
		}
		for (int i = this.random.nextInt(4); i > 0; i--) {
			int at = this.random.nextInt(line.length());
			line.replace(at, at + this.random.nextInt(2), characters(1));
		}
		return line.toString().strip();
	}

	private String characters(int length) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < length; i++) {
			text.append(ALPHABET.charAt(this.random.nextInt(ALPHABET.length())));
		}
		return text.toString();
	}

	@Test
	void aLineIsAScheduleOrAnErrorWithAMessage() {
		Map<String, Schedule> schedules = new TreeMap<>();
		for (int i = 0; i < RUNS; i++) {
			String line = line();
			try {
				Schedule schedule = Schedule.parse(Origin.REGISTERED, "job." + i, line, null, null, DEFAULTS);
				assertThat(schedule.definition()).as(line).isNotBlank();
				schedules.put(schedule.event(), schedule);
			}
			catch (ScheduleFormatException ex) {
				assertThat(ex.getMessage()).as(line).containsAnyOf("such as", "Use \"", "use \"").hasSizeLessThan(900);
				assertThat(ex.reason()).as(line).isNotBlank().doesNotContain("null");
			}
			catch (RuntimeException ex) {
				throw new AssertionError("the line \"" + line + "\"", ex);
			}
		}
		assertThat(schedules).hasSizeGreaterThan(RUNS / 50);
		Timetable timetable = new Timetable();
		timetable.start(Schedules.of(schedules), (schedule) -> NOW);
		for (int hour = 1; hour <= 48; hour += 12) {
			Due due = timetable.due(NOW.plus(Duration.ofHours(hour)));
			due.failed()
				.forEach((event, failure) -> assertThat(failure).as(String.valueOf(schedules.get(event))).isNull());
			assertThat(due.skipped().size() + due.ticks().size()).isPositive();
		}
	}

}
