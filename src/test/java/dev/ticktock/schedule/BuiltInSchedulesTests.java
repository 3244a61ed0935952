package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the built-in schedules.
 */
class BuiltInSchedulesTests {

	/** In a zone with daylight saving: the built-in schedules must not care. */
	private static final Schedules SCHEDULES = new SchedulerProperties("cron.schedule", "Europe/Oslo", Map.of(),
			Duration.ofHours(12))
		.schedules();

	/** Before a new year, a leap day, and the two changes of clocks. */
	private static final List<String> DAYS = List.of("2023-12-30T00:00:00Z", "2024-02-28T00:00:00Z",
			"2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z");

	@ParameterizedTest
	@CsvSource({ "cron.second.30, PT30S", "cron.minute.1, PT1M", "cron.minute.2, PT2M", "cron.minute.5, PT5M",
			"cron.minute.10, PT10M", "cron.minute.15, PT15M", "cron.minute.30, PT30M", "cron.minute.45, PT45M",
			"cron.hour.1, PT1H", "cron.hour.2, PT2H", "cron.hour.4, PT4H", "cron.hour.6, PT6H", "cron.hour.8, PT8H",
			"cron.hour.12, PT12H", "cron.hour.16, PT16H", "cron.day.1, P1D" })
	void areEvenlySpacedFromMidnightOfTheEpochInUtc(String event, Duration gap) {
		Timing timing = Objects.requireNonNull(SCHEDULES.byEvent().get(event)).timing();
		long seconds = gap.toSeconds();
		Duration look = (seconds < 3600) ? Duration.ofDays(3) : Duration.ofDays(1000);
		for (String day : DAYS) {
			long start = Instant.parse(day).getEpochSecond();
			long end = start + look.toSeconds();
			for (long expected = start / seconds * seconds; expected < end; expected += seconds) {
				assertThat(timing.next(Instant.ofEpochSecond(expected)))
					.isEqualTo(Instant.ofEpochSecond(expected + seconds));
			}
		}
	}

}
