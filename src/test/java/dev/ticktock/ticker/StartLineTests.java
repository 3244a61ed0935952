package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import dev.ticktock.SettableClock;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link StartLine}.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartLineTests {

	private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

	private final Leadership leadership = mock();

	private @Nullable String broker;

	private final Schedules schedules = schedules(configured("a", "@at 2026-03-01T11:58", "1m"),
			configured("b", "*/10 * * * * *"), configured("c", "0 15 10 ? * 6L"), configured("d", "0 9 * * 1-5"),
			configured("e", "@until 2026-02-28 0 0 * * *"));

	private StartLine line(String zone, String machine) {
		return new StartLine(this.leadership, () -> this.schedules,
				new SchedulerProperties("cron.schedule", zone, Duration.ofHours(12)), ZoneId.of(machine),
				new ZoneData("2026b"), new SettableClock(NOON));
	}

	@BeforeEach
	void connect() {
		given(this.leadership.status()).willAnswer((call) -> new LeadershipStatus("replica", Role.STANDBY, NOON,
				this.broker, true, JournalState.OFF, null, null));
	}

	@Test
	void tellsOnceWhereTicksGoWhichComesNextAndWhatMayBeMeantOtherwise(CapturedOutput output) {
		StartLine start = line("UTC", "Etc/UTC");
		start.ready();
		assertThat(output).doesNotContain("Ready:");
		this.broker = "a broker";
		start.roleChanged();
		start.roleChanged();
		assertThat(output).containsOnlyOnce(
				"Ready: 5 configured schedules (a, b, c, d, e) to exchange \"cron.schedule\" of a broker; next slot b at 2026-03-01T12:00:10Z; time zone data 2026b")
			.containsOnlyOnce("\"@at 2026-03-01T11:58\" of a lies in the past: no tick follows")
			.containsOnlyOnce("\"@until 2026-02-28 0 0 * * *\" of e lies in the past")
			.containsOnlyOnce("schedule \"c\": \"0 15 10 ? * 6L\": its day of the week 6L is SATL");
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN"))).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "UTC, Etc/UTC, false", "UTC, Z, false", "UTC+2, +02:00, false", "UTC, America/New_York, true" })
	void namesTheZoneOfTheSchedulesIfTheMachineHasAnother(String zone, String machine, boolean named,
			CapturedOutput output) {
		this.broker = "a broker";
		line(zone, machine).ready();
		assertThat(output).contains("Ready:");
		assertThat(output.getOut().contains("in UTC, not in the machine's zone America/New_York")).isEqualTo(named);
	}

}
