package dev.ticktock.startup;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.ticktock.support.CpuTime;

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
			"report.nighly,report.nightly", "reports.nightly.*,report.nightly", "Cron.Hour.1,cron.hour.1",
			"orders.created,", "x,", "''," })
	void findsTheWordThatWasProbablyMeant(String key, String event) {
		assertThat(Spelling.nearest(key, EVENTS)).isEqualTo(event);
	}

	@Test
	void isNotHeldUpByNamesThatAreLongAndMany() {
		Set<String> names = IntStream.range(0, 100_000)
			.mapToObj((i) -> "a".repeat(200) + i)
			.collect(Collectors.toSet());
		Duration taken = CpuTime.of(() -> {
			for (int i = 0; i < 10; i++) {
				Spelling.nearest("a".repeat(150) + "b".repeat(50) + i, names);
			}
		});
		assertThat(taken).isLessThan(Duration.ofSeconds(3));
	}

}
