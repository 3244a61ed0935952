package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
import dev.ticktock.schedule.Validity;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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

	private Schedules schedules = Schedules.of(Map.of("b", schedule("b", "*/10 * * * * *"), "a",
			schedule("a", "*/10 * * * * *"), "c", schedule("c", "0 0 * * * *")));

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

	private static Schedule schedule(String event, String line) {
		return Schedule.parse(event, line, ZoneOffset.UTC, Validity.of(Duration.ofMinutes(1)));
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

	@Test
	void waitsForTheEndOfTheStart(CapturedOutput output) {
		this.broker = "a broker";
		this.line.roleChanged();
		assertThat(output).doesNotContain("Ready:");
		this.line.ready();
		assertThat(output).containsOnlyOnce("Ready: 3 configured schedules (a, b, c)");
	}

	@Test
	void namesTheZoneOfTheSchedulesIfTheMachineHasAnother(CapturedOutput output) {
		this.broker = "a broker";
		line("UTC", "America/New_York").ready();
		assertThat(output).containsOnlyOnce(
				"Schedules without a zone of their own are in UTC, not in the machine's zone America/New_York. To change this, set ticktock.scheduler.zone");
	}

	@ParameterizedTest
	@CsvSource({ "UTC, Etc/UTC", "UTC, Z", "Europe/Oslo, Europe/Oslo", "UTC+2, +02:00" })
	void doesNotNameTheZoneIfTheMachineHasTheSame(String zone, String machine, CapturedOutput output) {
		this.broker = "a broker";
		line(zone, machine).ready();
		assertThat(output).contains("Ready:").doesNotContain("zone of schedules");
	}

	@Test
	void withoutASlotToComeItNamesTheZoneDataToo(CapturedOutput output) {
		this.schedules = Schedules.of(Map.of());
		start();
		assertThat(output).contains(
				"Ready: no schedules to exchange \"cron.schedule\" of a broker; no schedule has a slot to come; time zone data 2026b");
	}

	private void start() {
		this.broker = "a broker";
		this.line.ready();
	}

	@Test
	void countsTheSchedulesByWhoSaidSo(CapturedOutput output) {
		Map<String, Schedule> all = new HashMap<>(new SchedulerProperties("cron.schedule", "UTC",
				Map.of("b", "0 0 * * *", "a", "0 0 * * *"), Duration.ofHours(12))
			.schedules()
			.byEvent());
		this.schedules = Schedules.of(all);
		start();
		assertThat(output).contains("Ready: 16 built-in schedules and 2 configured (a, b) to");
	}

	@Test
	void ofManyConfiguredSchedulesNoneIsNamed(CapturedOutput output) {
		Map<String, Schedule> many = new HashMap<>();
		IntStream.range(0, 11).forEach((i) -> many.put("e" + i, schedule("e" + i, "0 0 * * * *")));
		this.schedules = Schedules.of(many);
		start();
		assertThat(output).contains("Ready: 11 configured schedules to");
	}

	@Test
	void aScheduleThatIsAloneIsOne(CapturedOutput output) {
		this.schedules = Schedules.of(Map.of("a", schedule("a", "0 0 * * * *")));
		start();
		assertThat(output).contains("Ready: 1 configured schedule (a) to");
	}

	@Test
	void aConfiguredLineThatMayBeReadOtherwiseIsWarnedOfOnce(CapturedOutput output) {
		this.schedules = Schedules.of(Map.of("b", schedule("b", "0 9 * * 1-5"), "c", schedule("c", "0 15 10 ? * 6L")));
		start();
		this.line.roleChanged();
		assertThat(output).containsOnlyOnce("schedule \"c\": \"0 15 10 ? * 6L\": its day of the week 6L is SATL");
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN"))).hasSize(1);
	}

}
