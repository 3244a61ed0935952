package dev.ticktock.discovery;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Spelling}.
 */
class SpellingTests {

	private static final Set<String> EVENTS = Set.of("cron.minute.5", "cron.minute.15", "cron.hour.1",
			"report.nightly");

	@ParameterizedTest
	@CsvSource({ "cron.minutes.5,cron.minute.5", "cron.minute5,cron.minute.5", "cron.hours.1,cron.hour.1",
			"report.nighly,report.nightly", "reports.nightly.*,report.nightly", "Cron.Hour.1,cron.hour.1" })
	void findsWhatWasProbablyMeant(String key, String event) {
		assertThat(Spelling.nearest(key, EVENTS)).isEqualTo(event);
	}

	@ParameterizedTest
	@CsvSource({ "orders.created", "x", "''" })
	void findsNothingForSomethingElse(String key) {
		assertThat(Spelling.nearest(key, EVENTS)).isNull();
	}

	@Test
	void findsNothingAmongNothing() {
		assertThat(Spelling.nearest("cron.minute.5", Set.of())).isNull();
	}

}
