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
			"report.nighly,report.nightly", "reports.nightly.*,report.nightly", "Cron.Hour.1,cron.hour.1" })
	void findsWhatWasProbablyMeant(String key, String event) {
		assertThat(new Spelling(EVENTS).nearest(key)).isEqualTo(event);
	}

	@ParameterizedTest
	@CsvSource({ "orders.created", "x", "''" })
	void findsNothingForSomethingElse(String key) {
		assertThat(new Spelling(EVENTS).nearest(key)).isNull();
	}

	@Test
	void isNotHeldUpByNamesThatAreLongAndMany() {
		Set<String> names = IntStream.range(0, 100_000)
			.mapToObj((i) -> "a".repeat(200) + i)
			.collect(Collectors.toSet());
		Spelling spelling = new Spelling(names);
		Duration taken = CpuTime.of(() -> {
			for (int i = 0; i < 10; i++) {
				spelling.nearest("a".repeat(150) + "b".repeat(50) + i);
			}
		});
		assertThat(taken).isLessThan(Duration.ofSeconds(3));
	}

	@Test
	void findsNothingAmongNothing() {
		assertThat(new Spelling(Set.of()).nearest("cron.minute.5")).isNull();
	}

}
