package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CronTiming}.
 */
class CronTimingTests {

	private static final String[] SMALL = { "0", "0", "*", "*/7", "5-20/3", "13,29,55", "59" };

	private static final String[] HOURS = { "*", "9-17", "*/5", "0", "2,3", "23" };

	private static final String[] DAYS = { "*", "*", "*", "1", "15-20", "29", "31", "L", "L-3", "LW", "1W" };

	private static final String[] MONTHS = { "*", "*", "*", "2", "JAN-MAR", "*/5", "6,12" };

	private static final String[] WEEKDAYS = { "*", "*", "*", "MON-FRI", "SUN", "SAT#1", "FRIL", "1#5" };

	private static CronTiming timing(String line) {
		return new CronTiming(CronExpression.parse(line), ZoneOffset.UTC);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			0 */15 * * * *,         2026-03-02T10:00:00Z, 2026-03-02T10:15:00Z
			* * 9-17 * * MON-FRI,   2026-03-06T17:59:58Z, 2026-03-06T17:59:59Z
			* * 9-17 * * MON-FRI,   2026-03-06T17:59:59Z, 2026-03-09T09:00:00Z
			* * 9-17 * * MON-FRI,   1969-12-31T17:59:59Z, 1970-01-01T09:00:00Z
			* * 9-17 * * MON-FRI,   2026-03-09T17:59:59Z, 2026-03-10T09:00:00Z
			0 0 0 29 2 *,           2024-02-29T00:00:00Z, 2028-02-29T00:00:00Z
			0 0 0 29 2 *,           2096-02-29T00:00:00Z, 2104-02-29T00:00:00Z
			0 0 12 29 2 MON,        2044-02-29T12:00:00Z, 2072-02-29T12:00:00Z
			0 0 12 29 2 MON,        2072-02-29T12:00:00Z, 2112-02-29T12:00:00Z
			30 59 23 L * *,         2024-01-31T23:59:30Z, 2024-02-29T23:59:30Z
			0 0 6 31 * *,           2026-08-31T06:00:00Z, 2026-10-31T06:00:00Z
			0 30 2 ? * FRIL,        2026-01-30T02:30:00Z, 2026-02-27T02:30:00Z
			0 30 2 ? * MON#1,       2026-06-01T02:30:00Z, 2026-07-06T02:30:00Z
			0-4 0 0 1 1 *,          2025-01-01T00:00:04Z, 2026-01-01T00:00:00Z
			""")
	void slotsFollowEachOtherBothWays(String line, Instant slot, Instant next) {
		CronTiming timing = timing(line);
		assertThat(timing.next(slot)).isEqualTo(next);
		assertThat(timing.next(next.minusNanos(1))).isEqualTo(next);
		assertThat(timing.previous(next)).isEqualTo(slot);
		assertThat(timing.count(slot, next, 10)).isZero();
		assertThat(timing.count(slot, next.plusSeconds(1), 10)).isOne();
		assertThat(timing.count(slot.minusSeconds(1), next, 10)).isOne();
	}

	@Test
	void previousIsTheInverseOfNextForManyLines() {
		Random random = new Random(20260301);
		int slots = 0;
		for (int i = 0; i < 400; i++) {
			String line = line(random);
			CronTiming timing = timing(line);
			Instant start = Instant.ofEpochSecond(random.nextLong(946_684_800L, 2_840_140_800L));
			Instant before = null;
			for (Instant slot = timing.next(start); slot != null
					&& slot.isBefore(start.plus(Duration.ofDays(4000))); slot = timing.next(slot)) {
				if (before != null) {
					assertThat(timing.previous(slot)).as("the slot before %s of \"%s\"", slot, line).isEqualTo(before);
					slots++;
					if (random.nextInt(6) == 0) {
						break;
					}
				}
				before = slot;
			}
		}
		assertThat(slots).isGreaterThan(1000);
	}

	private static String line(Random random) {
		return String.join(" ", pick(SMALL, random), pick(SMALL, random), pick(HOURS, random), pick(DAYS, random),
				pick(MONTHS, random), pick(WEEKDAYS, random));
	}

	private static String pick(String[] choices, Random random) {
		return choices[random.nextInt(choices.length)];
	}

	@Test
	void aDateThatNeverComesHasNoSlots() {
		CronTiming timing = timing("0 0 0 30 2 *");
		assertThat(timing.next(Instant.EPOCH)).isNull();
		assertThat(timing.previous(Instant.parse("2026-03-01T00:00:00Z"))).isNull();
		assertThat(timing.count(Instant.EPOCH, Instant.MAX, 10)).isZero();
	}

	@Test
	void countStopsAtTheLimit() {
		CronTiming timing = timing("* * * * * *");
		Instant start = Instant.parse("2026-03-01T00:00:00Z");
		assertThat(timing.count(start, start.plusSeconds(1000), 7)).isEqualTo(7);
		assertThat(timing.count(start, start.plusSeconds(1000), 0)).isZero();
		assertThat(timing.count(start, start.plusSeconds(1000), 10_000)).isEqualTo(999);
	}

}
