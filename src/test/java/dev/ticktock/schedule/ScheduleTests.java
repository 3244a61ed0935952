package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.ticktock.TestSchedules.configured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Schedule}.
 */
class ScheduleTests {

	private static final String LINE = "0 0 * * * *";

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	@ParameterizedTest
	@ValueSource(strings = { "a", "ø", "日", "🕰" })
	void anEventOf255BytesIsAllowedAndOneMoreIsNot(String character) {
		int bytes = character.getBytes(StandardCharsets.UTF_8).length;
		String longest = character.repeat(255 / bytes) + "a".repeat(255 % bytes);
		assertThat(configured(longest, LINE).event()).isEqualTo(longest);
		assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> configured(longest + "a", LINE))
			.satisfies(
					(ex) -> assertThat(ex.reason()).isEqualTo("its event has 256 bytes; a routing key has 1 to 255"));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "none, Europe/Oslo", "Europe/Oslo, Europe/Oslo", "UTC+2, UTC+2",
			"UTC+2, UTC+02:00", "+02:00, GMT+2", "UTC, Z", " UTC , UTC" })
	void theZoneBesideALineMayBeWrittenInAnotherWay(@Nullable String beside, String within) {
		Schedule schedule = Schedule.parse(Origin.REGISTERED, "a", "CRON_TZ=%s %s".formatted(within, LINE), beside,
				null, DEFAULTS);
		assertThat(schedule.timing().zone()).isEqualTo(ZoneId.of(within));
	}

	@ParameterizedTest
	@ValueSource(strings = { LINE, "@every 6h", "@at 2027-03-01T09:00" })
	void theZoneBesideALineMustNotContradictIt(String line) {
		assertThatExceptionOfType(ScheduleFormatException.class)
			.isThrownBy(
					() -> Schedule.parse(Origin.REGISTERED, "a", "CRON_TZ=Europe/Oslo " + line, "UTC", null, DEFAULTS))
			.withMessageStartingWith(
					"schedule \"a\": zone \"UTC\" cannot be used: the line names another zone, \"Europe/Oslo\". Use");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "-1s", "0", "5", "999ms", "11y", "3651d", "PT", "99999999999999999999s" })
	void aValidityThatIsNoneIsRefused(String validity) {
		assertThatExceptionOfType(ScheduleFormatException.class).isThrownBy(() -> configured("a", LINE, validity))
			.withMessageStartingWith("schedule \"a\": validity \"%s\" cannot be used: ".formatted(validity));
	}

	@ParameterizedTest
	@CsvSource({ "PT1S, PT0.5S", "PT3S, PT1.5S", "PT30S, PT15S", "PT1H, PT30M", "PT24H, PT12H", "PT25H, PT12H",
			"PT8760H, PT12H" })
	void aTickIsValidForHalfTheGapOrTheLongestOrAsTheScheduleSays(Duration gap, Duration valid) {
		Instant slot = Instant.parse("2026-03-01T10:00:00Z");
		assertThat(configured("a", LINE).validity().until(slot, slot.plus(gap))).isEqualTo(slot.plus(valid));
		assertThat(configured("a", LINE).validity().until(slot, null)).isEqualTo(slot.plus(Duration.ofHours(12)));
		assertThat(configured("a", LINE, "1s").validity().until(slot, slot.plus(gap))).isEqualTo(slot.plusSeconds(1));
		assertThat(configured("a", LINE, "3650d").validity().until(slot, slot.plus(gap)))
			.isEqualTo(slot.plus(Duration.ofDays(3650)));
	}

}
