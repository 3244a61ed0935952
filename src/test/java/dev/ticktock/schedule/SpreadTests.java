package dev.ticktock.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the H of {@link TimingParser}. Its values are fixed for ever: another one
 * would move the schedules of a team at an upgrade.
 */
class SpreadTests {

	private static Timing parse(String event, String line) {
		return TimingParser.parse(event, line, ZoneOffset.UTC);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			report.nightly | H H * * *                     | CRON_TZ=Z 0 52 21 * * *
			invoice        | H H * * *                     | CRON_TZ=Z 0 20 5 * * *
			invoice        | h h(0-4) * * *                | CRON_TZ=Z 0 20 0 * * *
			invoice        | H H H * * *                   | CRON_TZ=Z 24 20 5 * * *
			invoice        | H H H * *                     | CRON_TZ=Z 0 20 5 14 * *
			invoice        | 0 H H H * *                   | CRON_TZ=Z 0 20 5 14 * *
			invoice        | H/15 * * * *                  | CRON_TZ=Z 0 5-59/15 * * * *
			invoice        | H(0-29)/10 * * * *            | CRON_TZ=Z 0 0-29/10 * * * *
			invoice        | H(0-29),H(30-59) H(9-16)/2 * * * | CRON_TZ=Z 0 20,50 10-16/2 * * *
			invoice        | 0 0 H H *                     | CRON_TZ=Z 0 0 0 14 4 *
			invoice        | 0 0 H(1-31) * *               | CRON_TZ=Z 0 0 0 3 * *
			invoice        | 0 0 0 H/5 H/3 ?               | CRON_TZ=Z 0 0 0 3-28/5 1-12/3 ?
			invoice        | H H * * H                     | CRON_TZ=Z 0 20 5 * * 5
			invoice        | 0 0 * MAR,H THU               | CRON_TZ=Z 0 0 0 * MAR,4 THU
			invoice        | CRON_TZ=Europe/Oslo H 3 * * 1-5 | CRON_TZ=Europe/Oslo 0 20 3 * * 1-5
			rapport.sø     | H * * * *                     | CRON_TZ=Z 0 10 * * * *
			""")
	void aValueFollowsFromEventAndField(String event, String line, String definition) {
		assertThat(parse(event, line).definition()).isEqualTo(definition);
		assertThat(parse(event, definition)).isEqualTo(parse(event, line));
	}

	@Test
	void manySchedulesWithOneLineAreSpread() {
		List<Integer> perMinute = new ArrayList<>(Collections.nCopies(60, 0));
		Set<Instant> slots = new HashSet<>();
		for (int i = 0; i < 6000; i++) {
			Instant slot = Objects.requireNonNull(parse("report.of.customer." + i, "H H * * *").next(Instant.EPOCH));
			slots.add(slot);
			int minute = slot.atZone(ZoneOffset.UTC).getMinute();
			perMinute.set(minute, perMinute.get(minute) + 1);
		}
		assertThat(perMinute).allSatisfy((count) -> assertThat(count).isBetween(60, 140));
		assertThat(slots).hasSizeGreaterThan(1200);
	}

	@Test
	void plainDaysOfTheMonthExistInEveryMonth() {
		for (int i = 0; i < 300; i++) {
			String definition = parse("job." + i, "0 0 H * *").definition();
			assertThat(Integer.parseInt(definition.split(" ", -1)[4])).isBetween(1, 28);
		}
	}

	@Test
	void aScheduleRunsAllDayIfItsNumbersDo() {
		Set<String> slots = new TreeSet<>();
		for (int i = 0; i < 20; i++) {
			Timing timing = TimingParser.parse("job." + i, "30 H/2 * * *", ZoneId.of("Europe/Oslo"));
			slots.add("%s: %d slots".formatted(timing.definition(),
					timing.count(Instant.parse("2026-10-24T22:00:00Z"), Instant.parse("2026-10-25T23:00:00Z"), 100)));
		}
		assertThat(slots).containsExactly("CRON_TZ=Europe/Oslo 0 30 0-23/2 * * *: 13 slots",
				"CRON_TZ=Europe/Oslo 0 30 1-23/2 * * *: 12 slots");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					H(0-60) * * * *   | field 1, the minute, is "H(0-60)": a range of H is from 0 to 59, and goes upwards
					0 0 H(0-4) * *    | field 3, the day of month, is "H(0-4)": a range of H is from 1 to 31, and goes upwards
					* H(5-4) * * *    | field 2, the hour, is "H(5-4)": a range of H is from 0 to 23, and goes upwards
					H/1 * * * *       | field 1, the minute, is "H/1": a step of H is from 2 to 60 here; use * for every value, H for one
					H(0-9)/11 * * * * | field 1, the minute, is "H(0-9)/11": a step of H is from 2 to 10 here
					H/90 * * * *      | field 1, the minute, is "H/90": a step here is at most 60, not 90; use "@every 90m"
					H/0 * * * *       | field 1, the minute, is "H/0": a step of H is from 2 to 60
					H-5 * * * *       | field 1, the minute, is "H-5": its numbers are 0 to 59
					H,61 * * * *      | field 1, the minute, is "H,61": its numbers are 0 to 59
					* * * H(JAN-MAR) * | field 4, the month, is "H(JAN-MAR)": its values are 1 to 12
					HH * * * *        | field 1, the minute, is "HH": its numbers are 0 to 59
					""")
	void whatDoesNotFitIsRefusedAsItIsWritten(String line, String reason) {
		assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> parse("invoice", line))
			.withMessageContaining(reason);
	}

}
