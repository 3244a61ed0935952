package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CronGaps}, and the same of even timings.
 */
class CronGapsTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			'* * * * * *', PT1S
			'*/2 * * * * *', PT2S
			'*/7 * * * * *', PT4S
			'0,59 * * * * *', PT1S
			'30 * * * * *', PT1M
			'0 */15 * * * *', PT15M
			'0 */7 * * * *', PT4M
			'30 5 * * * *', PT1H
			'0 0,59 0,23 * * *', PT1M
			'0 0,59 0,23 1 * *', PT59M
			'0 0 9-17 * * MON-FRI', PT1H
			'0 0 9 * * MON-FRI', P1D
			'0 0 9 * * MON', P7D
			'0 0 23,1 * * MON', PT22H
			'0 0 23,1 * * MON-TUE', PT2H
			'0 0 0 1 * *', P28D
			'0 0 0 29 2 *', P1461D
			'0 59 23 L * *', P28D
			'@daily', P1D
			'@every 45m', PT45M
			'@every 1s', PT1S
			""")
	void knowsTheShortestTimeBetweenTwoSlots(String line, Duration shortest) {
		Timing timing = TimingParser.parse("job", line, ZoneOffset.UTC);
		assertThat(timing.isEverCloserThan(shortest)).isFalse();
		assertThat(timing.isEverCloserThan(shortest.plusNanos(1))).isTrue();
		assertThat(timing.isEverCloserThan(shortest.plusSeconds(1))).isTrue();
		assertThat(timing.isEverCloserThan(Duration.ZERO)).isFalse();
	}

	@Test
	void agreesWithTheSlotsThemselves() {
		Random random = new Random(5);
		for (int i = 0; i < 300; i++) {
			String line = "%s %s %s * * *".formatted(field(random, 60), field(random, 60), field(random, 24));
			Timing timing = TimingParser.parse("job", line, ZoneOffset.UTC);
			Instant slot = Objects.requireNonNull(timing.next(Instant.EPOCH));
			Instant end = slot.plus(Duration.ofDays(1));
			Duration shortest = Duration.ofDays(2);
			while (slot.isBefore(end)) {
				Instant next = Objects.requireNonNull(timing.next(slot));
				Duration gap = Duration.between(slot, next);
				shortest = (gap.compareTo(shortest) < 0) ? gap : shortest;
				slot = next;
			}
			assertThat(timing.isEverCloserThan(shortest)).as(line).isFalse();
			assertThat(timing.isEverCloserThan(shortest.plusSeconds(1))).as(line).isTrue();
		}
	}

	private static String field(Random random, int bound) {
		int one = random.nextInt(bound);
		int other = random.nextInt(bound);
		return switch (random.nextInt(4)) {
			case 0 -> Integer.toString(one);
			case 1 -> one + "," + other;
			case 2 -> "*/" + (1 + random.nextInt(bound - 1));
			default -> Math.min(one, other) + "-" + Math.max(one, other) + "/" + (2 + random.nextInt(20));
		};
	}

}
