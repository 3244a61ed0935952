package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.startup.InvalidSettingException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link SchedulerProperties}.
 */
class SchedulerPropertiesTests {

	@Test
	void withoutAnyPropertyTheBuiltInSchedulesGoToTheDefaultExchange() {
		assertThat(bind().exchange()).isEqualTo("cron.schedule");
		assertThat(bind().defaults()).isEqualTo(new Defaults(ZoneId.of("UTC"), Duration.ofHours(12)));
	}

	@Test
	void everyPropertyIsBound() {
		SchedulerProperties properties = bind("ticktock.scheduler.exchange=my.scheduler",
				"ticktock.scheduler.zone= Europe/Oslo ", "ticktock.scheduler.max-validity=30m");
		assertThat(properties.exchange()).isEqualTo("my.scheduler");
		assertThat(properties.zone()).isEqualToIgnoringWhitespace("Europe/Oslo");
		assertThat(properties.schedules().all()).hasSize(16)
			.extracting(Schedule::validity)
			.containsOnly(Validity.halfTheGap(Duration.ofMinutes(30)));
	}

	@Test
	void aLineTakesThePlaceOfABuiltInOne() {
		Schedules schedules = schedules("ticktock.scheduler.cron.cron.minute.45=@every 44m");
		assertThat(schedules.all()).hasSize(16);
		assertThat(schedules.byEvent().get("cron.minute.45")).extracting(Schedule::line, Schedule::timing)
			.containsExactly("@every 44m", new EveryTiming(Duration.ofMinutes(44)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-", " - " })
	void aHyphenSwitchesAScheduleOff(String line) {
		assertThat(schedules("ticktock.scheduler.cron.cron.second.30=" + line).byEvent()).hasSize(15)
			.doesNotContainKey("cron.second.30");
	}

	@Test
	void theZoneAppliesToConfiguredLinesOnly() {
		// Five hours and three quarters ahead of UTC.
		Schedules schedules = schedules("ticktock.scheduler.zone=Asia/Kathmandu",
				"ticktock.scheduler.cron.report.nightly=0 30 2 * * *",
				"ticktock.scheduler.cron.cron.hour.12=0 0 1 * * *");
		assertThat(next(schedules, "report.nightly")).isEqualTo("2026-03-01T20:45:00Z");
		assertThat(next(schedules, "cron.hour.12")).isEqualTo("2026-03-01T19:15:00Z");
		assertThat(next(schedules, "cron.hour.8")).isEqualTo("2026-03-01T08:00:00Z");
		assertThat(next(schedules, "cron.day.1")).isEqualTo("2026-03-02T00:00:00Z");
	}

	private static @Nullable Instant next(Schedules schedules, String event) {
		return Objects.requireNonNull(schedules.byEvent().get(event))
			.timing()
			.next(Instant.parse("2026-03-01T00:00:00Z"));
	}

	@Test
	void aScheduleMaySetItsOwnZoneAndValidity() {
		Schedules schedules = schedules("ticktock.scheduler.cron.report.nightly.cron=0 30 2 * * *",
				"ticktock.scheduler.cron.report.nightly.zone=Asia/Kathmandu",
				"ticktock.scheduler.cron.report.nightly.validity=3h");
		assertThat(next(schedules, "report.nightly")).isEqualTo("2026-03-01T20:45:00Z");
		assertThat(schedules.byEvent().get("report.nightly")).extracting(Schedule::validity)
			.isEqualTo(Validity.of(Duration.ofHours(3)));
	}

	@Test
	void eventsWithOneLineMayBeSpread() {
		Schedules schedules = schedules("ticktock.scheduler.cron.report.one=H H(0-4) * * *",
				"ticktock.scheduler.cron.report.two.cron=H H(0-4) * * *");
		assertThat(next(schedules, "report.one")).isEqualTo("2026-03-01T02:32:00Z");
		assertThat(next(schedules, "report.two")).isEqualTo("2026-03-01T03:17:00Z");
	}

	@Test
	void aScheduleMayBeDueOnceEvenIfThatIsOver() {
		Schedules schedules = schedules("ticktock.scheduler.cron.move.cron=@at 2026-12-01T09:00",
				"ticktock.scheduler.cron.move.zone=Asia/Kathmandu",
				"ticktock.scheduler.cron.moved=@at 2017-12-01T09:00");
		assertThat(next(schedules, "move")).isEqualTo("2026-12-01T03:15:00Z");
		assertThat(next(schedules, "moved")).isNull();
	}

	@Test
	void aScheduleMayBeginAndEnd() {
		Schedules schedules = schedules("ticktock.scheduler.cron.advent.cron=@daily",
				"ticktock.scheduler.cron.advent.zone=Asia/Kathmandu", "ticktock.scheduler.cron.advent.from=2026-12-01",
				"ticktock.scheduler.cron.advent.until=2026-12-24",
				"ticktock.scheduler.cron.cron.hour.1.from=2026-12-01", "ticktock.scheduler.cron.import.from=@hourly",
				"ticktock.scheduler.cron.import.until=@hourly");
		assertThat(schedules.byEvent()).hasSize(19).containsKeys("import.from", "import.until");
		assertThat(next(schedules, "advent")).isEqualTo("2026-11-30T18:15:00Z");
		assertThat(schedules.byEvent().get("advent")).extracting(Schedule::definition)
			.isEqualTo("@from 2026-11-30T18:15:00Z @until 2026-12-24T18:14:59Z CRON_TZ=Asia/Kathmandu 0 0 0 * * *");
		assertThat(next(schedules, "cron.hour.1")).isEqualTo("2026-12-01T00:00:00Z");
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
	void aBuiltInScheduleMayBeGivenAValidityAlone() {
		Schedules schedules = schedules("ticktock.scheduler.cron.cron.day.1.validity=2d");
		assertThat(schedules.all()).hasSize(16);
		assertThat(schedules.byEvent().get("cron.day.1")).extracting(Schedule::line, Schedule::validity)
			.containsExactly("0 0 0 * * *", Validity.of(Duration.ofDays(2)));
	}

	@Test
	void anEventMayHoldAnyCharacterInBrackets() {
		assertThat(schedules("ticktock.scheduler.cron.[Søndag_rapport/1 #]=0 0 0 * * SUN").byEvent())
			.containsKey("Søndag_rapport/1 #");
	}

	@Test
	void whatIsSwitchedOffIsKnown() {
		assertThat(bind("ticktock.scheduler.cron.cron.day.1=-", "ticktock.scheduler.cron.report.nightly.cron=-",
				"ticktock.scheduler.cron.a=@hourly")
			.switchedOff()).containsExactlyInAnyOrder("cron.day.1", "report.nightly");
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
			zone                   | Europe/Olso          | or UTC.
			zone                   | ''                   | or UTC.
			zone                   | europe/oslo          | or UTC.
			exchange               | ''                   | or remove the property to use "cron.schedule".
			exchange               | amq.topic            | or remove the property to use "cron.schedule".
			max-validity           | PT0S                 | Use a duration such as 30m or 12h.
			max-validity           | PT87624H             | Use a duration such as 30m or 12h.
			""")
	void aValueThatIsWrongIsRefusedWithThePropertyTheValueAndTheRemedy(String name, String value, String remedy) {
		refused("ticktock.scheduler." + name, value).hasMessageEndingWith(remedy);
	}

	@Test
	void aNameThatIsTooLongIsRefused() {
		refused("ticktock.scheduler.cron." + "e".repeat(256), "@hourly")
			.hasMessageContaining("its event has 256 bytes");
		refused("ticktock.scheduler.exchange", "ø".repeat(124)).hasMessageEndingWith("Choose a shorter one.");
		assertThat(bind("ticktock.scheduler.exchange=" + "e".repeat(247)).exchange()).hasSize(247);
	}

	private static AbstractThrowableAssert<?, ?> refused(String property, String value) {
		Throwable thrown = catchThrowable(() -> schedules(property + "=" + value));
		while (thrown != null && !(thrown instanceof InvalidSettingException)) {
			thrown = thrown.getCause();
		}
		return assertThat(thrown).hasMessageStartingWith("%s = \"%s\": ", property, value);
	}

	private static Schedules schedules(String... properties) {
		return bind(properties).schedules();
	}

	private static SchedulerProperties bind(String... properties) {
		Map<String, String> values = Stream.of(properties)
			.map((property) -> property.split("=", 2))
			.collect(Collectors.toMap((parts) -> parts[0], (parts) -> parts[1]));
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("ticktock.scheduler",
				SchedulerProperties.class);
	}

}
