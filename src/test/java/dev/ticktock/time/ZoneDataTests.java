package dev.ticktock.time;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ZoneData}.
 */
class ZoneDataTests {

	@ParameterizedTest
	@CsvSource({ "2025a, 2025-01-15T00:00:00Z, false", "2025c, 2026-06-30T00:00:00Z, false",
			"2025a, 2026-07-02T00:00:00Z, true", "2026b, 2026-11-29T00:00:00Z, false",
			"2023d, 2026-01-01T00:00:00Z, true", "2025zz, 2027-01-01T00:00:00Z, true",
			"custom, 2099-01-01T00:00:00Z, false", "'', 2099-01-01T00:00:00Z, false" })
	void aVersionIsOlderThanAYearFromTheMiddleOfTheYearAfterIt(String version, Instant now, boolean old) {
		assertThat(new ZoneData(version).isOlderThanAYear(now)).isEqualTo(old);
	}

	@Test
	void thisJavaHasARelease() {
		assertThat(ZoneData.ofThisJava().version()).matches("\\d{4}[a-z]+");
	}

}
