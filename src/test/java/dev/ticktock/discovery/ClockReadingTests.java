package dev.ticktock.discovery;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClockReading}.
 */
class ClockReadingTests {

	private static final Instant DATE = Instant.parse("2026-03-01T12:00:00Z");

	private static ClockReading answered(Instant asked, Duration took) {
		return ClockReading.of(asked, asked.plus(took), DATE);
	}

	@Test
	void takesTheMiddleOfBoth() {
		ClockReading reading = answered(DATE.plusMillis(10_400), Duration.ofMillis(200));
		assertThat(reading.offset()).isEqualTo(Duration.ofSeconds(10));
		assertThat(reading.areApartBeyond(Duration.ofSeconds(9))).isTrue();
		assertThat(answered(DATE.minusMillis(9600), Duration.ofMillis(200)).offset())
			.isEqualTo(Duration.ofSeconds(-10));
	}

	@Test
	void aSecondThatIsCutAndAnAnswerThatTookLongAreNoDifference() {
		for (int millis = 0; millis < 1000; millis++) {
			ClockReading reading = answered(DATE.plusMillis(millis), Duration.ZERO);
			assertThat(reading.areApartBeyond(Duration.ZERO)).isFalse();
		}
		assertThat(answered(DATE.minusSeconds(20), Duration.ofSeconds(20)).areApartBeyond(Duration.ofSeconds(5)))
			.isFalse();
		assertThat(answered(DATE.plusSeconds(7), Duration.ofSeconds(20)).areApartBeyond(Duration.ofSeconds(5)))
			.isTrue();
	}

}
