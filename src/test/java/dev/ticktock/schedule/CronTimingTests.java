package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CronTiming}.
 */
class CronTimingTests {

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
			0 0 6 L-3 * *,          2026-01-28T06:00:00Z, 2026-02-25T06:00:00Z
			0 0 6 LW * *,           2026-01-30T06:00:00Z, 2026-02-27T06:00:00Z
			0 0 6 1W * *,           2026-01-01T06:00:00Z, 2026-02-02T06:00:00Z
			0 0 0 1W * *,           2026-07-01T00:00:00Z, 2026-08-03T00:00:00Z
			'0 0 0 1W,15W * *',     2026-07-15T00:00:00Z, 2026-08-03T00:00:00Z
			'0 0 0 2,1W * *',       2026-08-02T00:00:00Z, 2026-08-03T00:00:00Z
			0 0 6 ? * 1#5,          2026-03-30T06:00:00Z, 2026-06-29T06:00:00Z
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

	@ParameterizedTest
	@ValueSource(strings = { "0 0 0 1W * *", "0 30 9 1W * *", "0 0 9 15W * *", "0 0 9 LW * *", "0 0 0 27W * *",
			"59 59 23 1W,3 8 *" })
	void theNextSlotIsTheSameFromWhereverTheSearchBegins(String line) {
		CronTiming timing = timing(line);
		Instant slot = timing.next(Instant.parse("2026-01-01T00:00:00Z"));
		for (int i = 0; i < 20; i++) {
			Instant next = timing.next(slot);
			assertThat(next).isNotNull();
			for (Instant from = slot.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1)); from
				.isBefore(next); from = from.plus(Duration.ofHours(6))) {
				assertThat(timing.next(from)).as("after %s", from).isEqualTo(next);
				assertThat(timing.next(from.minusNanos(1))).as("just before %s", from).isEqualTo(next);
			}
			slot = next;
		}
	}

	@Test
	void previousIsTheInverseOfNextForManyLines() {
		Random random = new Random(20260301);
		for (String line : CroniterIntegrationTests.lines()) {
			Timing timing = TimingParser.parse("a", line, ZoneOffset.UTC);
			Instant start = Instant.ofEpochSecond(random.nextLong(946_684_800L, 2_840_140_800L));
			List<Instant> slots = Stream.iterate(timing.next(start), Objects::nonNull, timing::next).limit(10).toList();
			for (int i = 1; i < slots.size(); i++) {
				assertThat(timing.previous(slots.get(i))).as(line).isEqualTo(slots.get(i - 1));
			}
		}
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
