package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EveryTiming}.
 */
class EveryTimingTests {

	private static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");

	@Test
	void previousIsTheInverseOfNext() {
		Random random = new Random(1);
		for (int i = 0; i < 10_000; i++) {
			EveryTiming timing = new EveryTiming(Duration.ofSeconds(random.nextInt(1, 10_000_000)));
			Instant slot = timing.next(Instant.ofEpochSecond(random.nextLong(-1_000_000_000L, 5_000_000_000L)));
			Instant next = timing.next(slot);
			assertThat(timing.previous(next)).as("%s at %s", timing, next).isEqualTo(slot);
			assertThat(timing.next(next.minusNanos(1))).as("%s at %s", timing, next).isEqualTo(next);
			assertThat(slot.getEpochSecond() % timing.period().toSeconds()).isZero();
		}
	}

	@Test
	void countExcludesBothEndsAndNeedsNoLimit() {
		EveryTiming timing = new EveryTiming(Duration.ofSeconds(10));
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(10), 100)).isZero();
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(11), 100)).isOne();
		assertThat(timing.count(MIDNIGHT.minusSeconds(1), MIDNIGHT.plusSeconds(10), 100)).isOne();
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(20), 100)).isOne();
		assertThat(timing.count(MIDNIGHT.plusSeconds(20), MIDNIGHT, 100)).isZero();
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(10_000_000), 5)).isEqualTo(999_999);
	}

}
