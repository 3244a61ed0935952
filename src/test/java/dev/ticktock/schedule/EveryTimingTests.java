package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link EveryTiming}.
 */
class EveryTimingTests {

	private static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");

	@Test
	void slotsAreMultiplesOfThePeriodSinceTheEpoch() {
		EveryTiming timing = new EveryTiming(Duration.ofMinutes(45));
		assertThat(timing.next(Instant.EPOCH)).isEqualTo("1970-01-01T00:45:00Z");
		Instant slot = timing.next(MIDNIGHT);
		assertThat(slot.getEpochSecond() % 2700).isZero();
		assertThat(slot).isAfter(MIDNIGHT).isBeforeOrEqualTo(MIDNIGHT.plusSeconds(2700));
	}

	@Test
	void nextIsStrictlyAfterASlot() {
		EveryTiming timing = new EveryTiming(Duration.ofHours(1));
		assertThat(timing.next(MIDNIGHT)).isEqualTo(MIDNIGHT.plusSeconds(3600));
		assertThat(timing.next(MIDNIGHT.minusNanos(1))).isEqualTo(MIDNIGHT);
		assertThat(timing.next(MIDNIGHT.plusNanos(1))).isEqualTo(MIDNIGHT.plusSeconds(3600));
	}

	@Test
	void previousIsTheInverseOfNext() {
		Random random = new Random(1);
		for (int i = 0; i < 10_000; i++) {
			EveryTiming timing = new EveryTiming(Duration.ofSeconds(random.nextInt(1, 10_000_000)));
			Instant slot = timing.next(Instant.ofEpochSecond(random.nextLong(-1_000_000_000L, 5_000_000_000L)));
			Instant next = timing.next(slot);
			assertThat(timing.previous(next)).as("%s at %s", timing, next).isEqualTo(slot);
		}
	}

	@Test
	void countExcludesBothEnds() {
		EveryTiming timing = new EveryTiming(Duration.ofSeconds(10));
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(10), 100)).isZero();
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(11), 100)).isOne();
		assertThat(timing.count(MIDNIGHT.minusSeconds(1), MIDNIGHT.plusSeconds(10), 100)).isOne();
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plusSeconds(20), 100)).isOne();
		assertThat(timing.count(MIDNIGHT.plusSeconds(20), MIDNIGHT, 100)).isZero();
	}

	@Test
	void countIsComputedAndNeedsNoLimit() {
		EveryTiming timing = new EveryTiming(Duration.ofSeconds(1));
		assertThat(timing.count(MIDNIGHT, MIDNIGHT.plus(Duration.ofDays(365)), 5))
			.isEqualTo(Duration.ofDays(365).toSeconds() - 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.5S", "PT1.5S", "PT0.999999999S" })
	void refusesAPeriodThatIsNoPositiveNumberOfWholeSeconds(Duration period) {
		assertThatIllegalArgumentException().isThrownBy(() -> new EveryTiming(period))
			.withMessage("a period is a whole number of seconds, at least one");
	}

	@Test
	void refusesAPeriodOfMoreThanTenYears() {
		assertThat(new EveryTiming(Duration.ofDays(3650)).next(Instant.EPOCH)).isEqualTo("1979-12-30T00:00:00Z");
		assertThatIllegalArgumentException().isThrownBy(() -> new EveryTiming(Duration.ofDays(3_000_000)))
			.withMessage("a period is at most 3650 days");
	}

}
