package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.startup.InvalidSettingException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link ConfiguredSchedules}.
 */
class ConfiguredSchedulesTests {

	@ParameterizedTest
	@CsvSource({ "cron.second.30, PT30S", "cron.minute.1, PT1M", "cron.minute.2, PT2M", "cron.minute.5, PT5M",
			"cron.minute.10, PT10M", "cron.minute.15, PT15M", "cron.minute.30, PT30M", "cron.minute.45, PT45M",
			"cron.hour.1, PT1H", "cron.hour.2, PT2H", "cron.hour.4, PT4H", "cron.hour.6, PT6H", "cron.hour.8, PT8H",
			"cron.hour.12, PT12H", "cron.hour.16, PT16H", "cron.day.1, P1D" })
	void builtInSchedulesAreEvenlySpacedFromMidnightOfTheEpochInUtcWhateverTheZone(String event, Duration gap) {
		Schedules schedules = schedules("ticktock.scheduler.zone=Europe/Oslo");
		Timing timing = Objects.requireNonNull(schedules.byEvent().get(event)).timing();
		long seconds = gap.toSeconds();
		Duration look = (seconds < 3600) ? Duration.ofDays(3) : Duration.ofDays(1000);
		// Before a new year, a leap day, and the two changes of clocks.
		for (String day : List.of("2023-12-30", "2024-02-28", "2026-03-28", "2026-10-24")) {
			long start = Instant.parse(day + "T00:00:00Z").getEpochSecond();
			long end = start + look.toSeconds();
			for (long expected = start / seconds * seconds; expected < end; expected += seconds) {
				assertThat(timing.next(Instant.ofEpochSecond(expected)))
					.isEqualTo(Instant.ofEpochSecond(expected + seconds));
			}
		}
	}

	@Test
	void theLongestValidityIsThatOfEachScheduleWithoutItsOwn() {
		assertThat(schedules("ticktock.scheduler.max-validity=30m").all()).hasSize(16)
			.extracting(Schedule::validity)
			.containsOnly(Validity.halfTheGap(Duration.ofMinutes(30)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					cron.cron.minute.45=@every 44m        | cron.minute.45 | @every PT44M
					cron.[Søndag_rapport/1 #]=@weekly     | Søndag_rapport/1 # | CRON_TZ=UTC 0 0 0 * * 0
					# the zone is that of configured lines alone
					zone=Asia/Kathmandu;cron.report.nightly=0 30 2 * * * | report.nightly | CRON_TZ=Asia/Kathmandu 0 30 2 * * *
					zone=Asia/Kathmandu;cron.cron.hour.12=0 0 1 * * * | cron.hour.12 | CRON_TZ=Asia/Kathmandu 0 0 1 * * *
					zone=Asia/Kathmandu                   | cron.day.1     | CRON_TZ=UTC 0 0 0 * * *
					cron.report.nightly.cron=0 30 2 * * *;cron.report.nightly.zone=Asia/Kathmandu | report.nightly | CRON_TZ=Asia/Kathmandu 0 30 2 * * *
					# spread, due once, and over
					cron.report.one=H H(0-4) * * *        | report.one     | CRON_TZ=UTC 0 32 2 * * *
					cron.report.two.cron=H H(0-4) * * *   | report.two     | CRON_TZ=UTC 0 17 3 * * *
					cron.move.cron=@at 2026-12-01T09:00;cron.move.zone=Asia/Kathmandu | move | @at 2026-12-01T03:15:00Z
					cron.moved=@at 2017-12-01T09:00       | moved          | @at 2017-12-01T09:00:00Z
					# with a beginning and an end, which are names too
					cron.a.cron=@daily;cron.a.zone=Asia/Kathmandu;cron.a.from=2026-12-01;cron.a.until=2026-12-24 | a | @from 2026-11-30T18:15:00Z @until 2026-12-24T18:14:59Z CRON_TZ=Asia/Kathmandu 0 0 0 * * *
					cron.cron.hour.1.from=2026-12-01      | cron.hour.1    | @from 2026-12-01T00:00:00Z CRON_TZ=UTC 0 0 * * * *
					cron.import.from=@hourly              | import.from    | CRON_TZ=UTC 0 0 * * * *
					""")
	void aScheduleIsDueAsItsSettingsSay(String settings, String event, String definition) {
		Schedules schedules = schedules(
				Stream.of(settings.split(";", -1)).map("ticktock.scheduler."::concat).toArray(String[]::new));
		assertThat(schedules.byEvent().get(event)).extracting(Schedule::definition).isEqualTo(definition);
		assertThat(schedules.byEvent()).hasSize(ConfiguredSchedules.BUILT_IN.containsKey(event) ? 16 : 17);
	}

	@Test
	void aScheduleMaySetItsOwnValidityAndABuiltInOneThatAlone() {
		Schedules schedules = schedules("ticktock.scheduler.cron.report.nightly.cron=0 30 2 * * *",
				"ticktock.scheduler.cron.report.nightly.validity=3h", "ticktock.scheduler.cron.cron.day.1.validity=2d");
		assertThat(schedules.byEvent().get("report.nightly")).extracting(Schedule::validity)
			.isEqualTo(Validity.of(Duration.ofHours(3)));
		assertThat(schedules.byEvent().get("cron.day.1")).extracting(Schedule::line, Schedule::validity)
			.containsExactly("0 0 0 * * *", Validity.of(Duration.ofDays(2)));
	}

	@Test
	void aScheduleMayCarryData() {
		String longest = "ø".repeat(2048);
		Schedules schedules = schedules("ticktock.scheduler.cron.report.cron=@daily",
				"ticktock.scheduler.cron.report.data={\"region\":\"north\"}",
				"ticktock.scheduler.cron.cron.day.1.data=" + longest, "ticktock.scheduler.cron.import=@daily",
				"ticktock.scheduler.cron.import.data=@hourly");
		assertThat(schedules.byEvent().get("report")).extracting(Schedule::data).isEqualTo("{\"region\":\"north\"}");
		assertThat(schedules.byEvent().get("cron.day.1")).extracting(Schedule::data, Schedule::origin)
			.containsExactly(longest, Origin.CONFIGURED);
		assertThat(schedules.byEvent()).containsKey("import.data").doesNotContainKey("report.data");
		assertThat(catchThrowable(() -> schedules("ticktock.scheduler.cron.cron.day.1.data=" + longest + "!")))
			.rootCause()
			.hasMessageStartingWith("schedule \"cron.day.1\": data \"øøø")
			.hasMessageEndingWith(
					"it has more than 4096 bytes. Use a text of at most 4096 bytes, such as the name of a file.");
	}

	@Test
	void aHyphenSwitchesAScheduleOffWhichIsKnown() {
		ScheduleRegistry registry = registry("ticktock.scheduler.cron.cron.day.1=-",
				"ticktock.scheduler.cron.cron.second.30= - ", "ticktock.scheduler.cron.report.nightly.cron=-",
				"ticktock.scheduler.cron.a=@hourly");
		assertThat(registry.switchedOff()).containsExactlyInAnyOrder("cron.day.1", "cron.second.30", "report.nightly");
		assertThat(registry.configured().byEvent()).hasSize(16 - 2 + 1)
			.doesNotContainKeys("cron.day.1", "cron.second.30", "report.nightly");
	}

	@Test
	void whoSaidSoIsKnown() {
		Schedules schedules = schedules("ticktock.scheduler.cron.a=@hourly",
				"ticktock.scheduler.cron.cron.hour.1=@hourly");
		assertThat(schedules.all()).filteredOn((each) -> each.origin() == Origin.CONFIGURED)
			.extracting(Schedule::event)
			.containsExactly("a", "cron.hour.1");
		assertThat(schedules.all()).filteredOn((each) -> each.origin() == Origin.BUILT_IN)
			.extracting(Schedule::event)
			.contains("cron.day.1", "cron.minute.45")
			.hasSize(15);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cron.report.nightly    | 0 61 * * * *         | "-" disables a built-in schedule.
			cron.report.nightly    | ''                   | "-" disables a built-in schedule.
			cron.cron.day.1.zone   | Europe/Olso          | "UTC".
			cron.cron.day.1.validity | soon               | from 1 s to 3650 days.
			cron.cron.day.1.validity | 3651d              | from 1 s to 3650 days.
			cron.cron.day.1.from   | soon                 | or a day such as "2026-12-01".
			cron.cron.day.1.until  | 1969-12-01           | Use an earlier beginning or a later end.
			cron.cron.day.1.until  | Friday               | or a day such as "2026-12-01".
			cron.only.zone         | UTC                  | An event cannot end in ".zone".
			cron.cron.day.1.form   | 2026-12-01           | the fields are cron, zone, validity, from, until and data.
			""")
	void aValueThatIsWrongIsRefusedWithThePropertyTheValueAndTheRemedy(String name, String value, String remedy) {
		refused("ticktock.scheduler." + name, value).hasMessageEndingWith(remedy);
	}

	@Test
	void anEventThatIsTooLongIsRefused() {
		refused("ticktock.scheduler.cron." + "e".repeat(256), "@hourly")
			.hasMessageContaining("its event has 256 bytes");
	}

	private static AbstractThrowableAssert<?, ?> refused(String property, String value) {
		Throwable thrown = catchThrowable(() -> schedules(property + "=" + value));
		while (thrown != null && !(thrown instanceof InvalidSettingException)) {
			thrown = thrown.getCause();
		}
		return assertThat(thrown).hasMessageStartingWith("%s = \"%s\": ", property, value);
	}

	private static Schedules schedules(String... properties) {
		return registry(properties).configured();
	}

	private static ScheduleRegistry registry(String... properties) {
		Map<String, String> values = Stream.of(properties)
			.map((property) -> property.split("=", 2))
			.collect(Collectors.toMap((parts) -> parts[0], (parts) -> parts[1]));
		Binder binder = new Binder(new MapConfigurationPropertySource(values));
		SchedulerProperties settings = binder.bindOrCreate("ticktock.scheduler", SchedulerProperties.class);
		Map<String, String> cron = binder.bind(ConfiguredSchedules.PROPERTY, Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		return new ConfiguredSchedules(cron, settings.defaults()).registry();
	}

}
