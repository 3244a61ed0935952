package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

import dev.ticktock.SettableClock;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Welcome}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WelcomeTests {

	private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

	private final SettableLeadership leadership = new SettableLeadership();

	private final Schedules schedules = Schedules.of(Map.of("b", schedule("b", "*/10 * * * * *"), "a",
			schedule("a", "*/10 * * * * *"), "c", schedule("c", "0 0 * * * *")));

	private final Welcome welcome = new Welcome(this.leadership, () -> this.schedules, "cron.schedule",
			new SettableClock(NOON));

	private static Schedule schedule(String event, String line) {
		return Schedule.parse(event, line, ZoneOffset.UTC, Validity.of(Duration.ofMinutes(1)));
	}

	@Test
	void tellsOnceWhereTicksGoAndWhichComesNext(CapturedOutput output) {
		this.welcome.ready();
		assertThat(output).doesNotContain("Ready:");
		this.leadership.grant(new RecordingTerm(Cursor.at(NOON)));
		this.welcome.roleChanged();
		this.welcome.roleChanged();
		assertThat(output).containsOnlyOnce(
				"Ready: 3 schedules to exchange \"cron.schedule\" of a broker; next slot a at 2026-03-01T12:00:10Z");
	}

	@Test
	void waitsForTheEndOfTheStart(CapturedOutput output) {
		this.leadership.grant(new RecordingTerm(Cursor.at(NOON)));
		this.welcome.roleChanged();
		assertThat(output).doesNotContain("Ready:");
		this.welcome.ready();
		assertThat(output).containsOnlyOnce("Ready: 3 schedules");
	}

}
