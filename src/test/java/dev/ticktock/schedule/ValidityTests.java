package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Validity}.
 */
class ValidityTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:00:00Z");

	@ParameterizedTest
	@CsvSource({ "PT1S, PT0.5S", "PT3S, PT1.5S", "PT30S, PT15S", "PT1H, PT30M", "PT24H, PT12H", "PT25H, PT12H",
			"PT8760H, PT12H" })
	void halfTheGapIsBoundedByTheLongest(Duration gap, Duration valid) {
		Validity validity = Validity.halfTheGap(Duration.ofHours(12));
		assertThat(validity.until(SLOT, SLOT.plus(gap))).isEqualTo(SLOT.plus(valid));
		assertThat(validity.until(SLOT, null)).isEqualTo(SLOT.plus(Duration.ofHours(12)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1S", "PT12H", "P3650D" })
	void fromOneSecondToTenYearsIsAllowed(Duration duration) {
		assertThat(Validity.of(duration).atMost()).isEqualTo(duration);
		assertThat(Validity.halfTheGap(duration).atMost()).isEqualTo(duration);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT0.005S", "PT0.999999999S", "PT-1S", "P3650DT0.000000001S", "P100000D" })
	void anythingElseIsRefused(Duration duration) {
		assertThatIllegalArgumentException().isThrownBy(() -> Validity.of(duration))
			.withMessage(
					"a validity is at least 1 s and at most 3650 days, and a number without a unit is in milliseconds");
		assertThatIllegalArgumentException().isThrownBy(() -> Validity.halfTheGap(duration));
	}

}
