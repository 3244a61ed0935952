package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import dev.ticktock.SettableClock;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.Schedule;
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

	private Schedules schedules = schedules(configured("b", "*/10 * * * * *"), configured("a", "*/10 * * * * *"),
			configured("c", "0 0 * * * *"));

	private final StartLine line = line("UTC", "Etc/UTC");

	private StartLine line(String zone, String machine) {
		return new StartLine(this.leadership, () -> this.schedules,
				new SchedulerProperties("cron.schedule", zone, Map.of(), Duration.ofHours(12)), ZoneId.of(machine),
				new ZoneData("2026b"), new SettableClock(NOON));
	}

	@BeforeEach
	void connect() {
		given(this.leadership.status()).willAnswer((call) -> new LeadershipStatus("replica", Role.STANDBY, NOON,
				this.broker, true, JournalState.OFF, null, null));
	}

	@Test
	void tellsOnceWhereTicksGoAndWhichComesNext(CapturedOutput output) {
		this.line.ready();
		assertThat(output).doesNotContain("Ready:");
		this.broker = "a broker";
		this.line.roleChanged();
		this.line.roleChanged();
		assertThat(output).containsOnlyOnce(
				"Ready: 3 configured schedules (a, b, c) to exchange \"cron.schedule\" of a broker; next slot a at 2026-03-01T12:00:10Z; time zone data 2026b");
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

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			16 | 2  | 16 built-in schedules and 2 configured (e0, e1) to
			0  | 1  | 1 configured schedule (e0) to
			0  | 11 | 11 configured schedules to
			0  | 0  | no schedules to exchange "cron.schedule" of a broker; no schedule has a slot to come; time zone
			""")
	void countsTheSchedulesByTheirOrigin(int builtIn, int configured, String text, CapturedOutput output) {
		Map<String, Schedule> all = new HashMap<>();
		if (builtIn > 0) {
			all.putAll(new SchedulerProperties("cron.schedule", "UTC", Map.of(), Duration.ofHours(12)).schedules()
				.byEvent());
		}
		IntStream.range(0, configured).forEach((i) -> all.put("e" + i, configured("e" + i, "0 0 * * * *")));
		this.schedules = Schedules.of(all);
		start();
		assertThat(output).contains("Ready: " + text);
	}

	@Test
	void namesWhatIsOverAndStarts(CapturedOutput output) {
		this.schedules = schedules(configured("a", "@at 2026-03-01T11:58", "1m"),
				configured("b", "@at 2026-03-01T13:00"), configured("c", "@until 2026-02-28 0 0 * * *"));
		start();
		assertThat(output)
			.contains("\"@at 2026-03-01T11:58\" of a lies in the past: no tick follows",
					"\"@until 2026-02-28 0 0 * * *\" of c lies in the past", "next slot b at 2026-03-01T13:00:00Z")
			.doesNotContain("of b lies");
	}

	private void start() {
		this.broker = "a broker";
		this.line.ready();
	}

	@Test
	void aConfiguredLineThatMayBeReadOtherwiseIsWarnedOfOnce(CapturedOutput output) {
		this.schedules = schedules(configured("b", "0 9 * * 1-5"), configured("c", "0 15 10 ? * 6L"));
		start();
		this.line.roleChanged();
		assertThat(output).containsOnlyOnce("schedule \"c\": \"0 15 10 ? * 6L\": its day of the week 6L is SATL");
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN"))).hasSize(1);
	}

}
