package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.function.Consumer;

import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SchedulerProperties}.
 */
class SchedulerPropertiesTests {

	private static final String CRON_REMEDY = "Use six fields from second to day of week, such as \"0 */15 * * * *\", "
			+ "five without the second, such as \"30 2 * * *\", or \"@every 45m\". \"-\" disables a built-in schedule.";

	private static final String ZONE_REMEDY = "Use the name of a region such as Europe/Oslo, an offset such as +02:00, or UTC.";

	private static final String EXCHANGE_REMEDY = "or remove the property to use \"cron.schedule\".";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Wiring.class);

	@Test
	void withoutAnyPropertyTheBuiltInSchedulesGoToTheDefaultExchange() {
		this.runner.run((context) -> {
			SchedulerProperties properties = context.getBean(SchedulerProperties.class);
			assertThat(properties.exchange()).isEqualTo("cron.schedule");
			assertThat(properties.zone()).isEqualTo("UTC");
			assertThat(properties.maxValidity()).isEqualTo(Duration.ofHours(12));
			assertThat(context.getBean(Schedules.class).byEvent())
				.containsOnlyKeys(SchedulerProperties.BUILT_IN.keySet());
		});
	}

	@Test
	void everyPropertyIsBound() {
		this.runner
			.withPropertyValues("ticktock.scheduler.exchange=my.scheduler", "ticktock.scheduler.zone= Europe/Oslo ",
					"ticktock.scheduler.max-validity=30m")
			.run((context) -> {
				SchedulerProperties properties = context.getBean(SchedulerProperties.class);
				assertThat(properties.exchange()).isEqualTo("my.scheduler");
				assertThat(properties.zone()).isEqualToIgnoringWhitespace("Europe/Oslo");
				assertThat(context.getBean(Schedules.class).all()).hasSize(16)
					.allSatisfy((schedule) -> assertThat(schedule.validity())
						.isEqualTo(Validity.halfTheGap(Duration.ofMinutes(30))));
			});
	}

	@Test
	void aLineIsAddedToTheBuiltInOnes() {
		schedules((schedules) -> {
			assertThat(schedules.all()).hasSize(17);
			assertThat(schedules.byEvent().get("report.nightly")).isEqualTo(Schedule.parse("report.nightly",
					"0 30 2 * * *", ZoneId.of("UTC"), Validity.halfTheGap(Duration.ofHours(12))));
		}, "ticktock.scheduler.cron.report.nightly=0 30 2 * * *");
	}

	@Test
	void aLineTakesThePlaceOfABuiltInOne() {
		schedules((schedules) -> {
			assertThat(schedules.all()).hasSize(16);
			assertThat(schedules.byEvent().get("cron.minute.45")).extracting(Schedule::line, Schedule::timing)
				.containsExactly("@every 44m", new EveryTiming(Duration.ofMinutes(44)));
		}, "ticktock.scheduler.cron.cron.minute.45=@every 44m");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-", " - " })
	void aHyphenSwitchesAScheduleOff(String line) {
		schedules((schedules) -> assertThat(schedules.byEvent()).hasSize(15).doesNotContainKey("cron.second.30"),
				"ticktock.scheduler.cron.cron.second.30=" + line);
	}

	@Test
	void theZoneAppliesToConfiguredLinesOnly() {
		// Five hours and three quarters ahead of UTC.
		schedules((schedules) -> {
			assertThat(next(schedules, "report.nightly")).isEqualTo("2026-03-01T20:45:00Z");
			assertThat(next(schedules, "cron.hour.12")).isEqualTo("2026-03-01T19:15:00Z");
			assertThat(next(schedules, "cron.hour.8")).isEqualTo("2026-03-01T08:00:00Z");
			assertThat(next(schedules, "cron.day.1")).isEqualTo("2026-03-02T00:00:00Z");
		}, "ticktock.scheduler.zone=Asia/Kathmandu", "ticktock.scheduler.cron.report.nightly=0 30 2 * * *",
				"ticktock.scheduler.cron.cron.hour.12=0 0 1 * * *");
	}

	private static @Nullable Instant next(Schedules schedules, String event) {
		return Objects.requireNonNull(schedules.byEvent().get(event))
			.timing()
			.next(Instant.parse("2026-03-01T00:00:00Z"));
	}

	@Test
	void aScheduleMaySetItsOwnZoneAndValidity() {
		schedules((schedules) -> {
			assertThat(next(schedules, "report.nightly")).isEqualTo("2026-03-01T20:45:00Z");
			assertThat(schedules.byEvent().get("report.nightly")).extracting(Schedule::validity)
				.isEqualTo(Validity.of(Duration.ofHours(3)));
		}, "ticktock.scheduler.cron.report.nightly.cron=0 30 2 * * *",
				"ticktock.scheduler.cron.report.nightly.zone=Asia/Kathmandu",
				"ticktock.scheduler.cron.report.nightly.validity=3h");
	}

	@Test
	void aBuiltInScheduleMayBeGivenAValidityAlone() {
		schedules((schedules) -> {
			assertThat(schedules.all()).hasSize(16);
			assertThat(schedules.byEvent().get("cron.day.1")).extracting(Schedule::line, Schedule::validity)
				.containsExactly("0 0 0 * * *", Validity.of(Duration.ofDays(2)));
		}, "ticktock.scheduler.cron.cron.day.1.validity=2d");
	}

	@ParameterizedTest
	@CsvSource({ "zone, Europe/Olso", "validity, soon", "validity, 0s", "validity, 3651d" })
	void aFieldOfAScheduleThatIsNoneNamesThePropertyAndTheValue(String field, String value) {
		String property = "ticktock.scheduler.cron.cron.day.1." + field;
		this.runner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(invalidSetting(context.getStartupFailure()))
				.hasMessageStartingWith("%s = \"%s\": ", property, value));
	}

	@Test
	void anEventMayHoldAnyCharacterInBrackets() {
		schedules((schedules) -> assertThat(schedules.byEvent()).containsKey("Søndag_rapport/1 #"),
				"ticktock.scheduler.cron.[Søndag_rapport/1 #]=0 0 0 * * SUN");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 61 * * * *
			0 0 0 30 2 *
			@every 1x
			@every 0s
			* * * *
			''
			""")
	void aLineThatIsNoneNamesThePropertyTheLineAndTheRemedy(String line) {
		refused("ticktock.scheduler.cron.report.nightly", line, CRON_REMEDY);
	}

	@Test
	void anEventThatIsTooLongNamesThePropertyAndTheLimit() {
		String event = "e".repeat(256);
		this.runner.withPropertyValues("ticktock.scheduler.cron." + event + "=@hourly")
			.run((context) -> assertThat(invalidSetting(context.getStartupFailure())).hasMessageStartingWith(
					"ticktock.scheduler.cron." + event + " = \"@hourly\": its event has 256 bytes"));
	}

	@Test
	void whatIsSwitchedOffIsKnown() {
		this.runner
			.withPropertyValues("ticktock.scheduler.cron.cron.day.1=-", "ticktock.scheduler.cron.report.nightly.cron=-",
					"ticktock.scheduler.cron.a=@hourly")
			.run((context) -> assertThat(context.getBean(SchedulerProperties.class).switchedOff())
				.containsExactlyInAnyOrder("cron.day.1", "report.nightly"));
	}

	@Test
	void whoSaidSoIsKnown() {
		schedules((schedules) -> {
			assertThat(schedules.all()).filteredOn((each) -> each.origin() == Origin.CONFIGURED)
				.extracting(Schedule::event)
				.containsExactly("a", "cron.hour.1");
			assertThat(schedules.all()).filteredOn((each) -> each.origin() == Origin.BUILT_IN)
				.extracting(Schedule::event)
				.contains("cron.day.1", "cron.minute.45")
				.hasSize(15);
		}, "ticktock.scheduler.cron.a=@hourly", "ticktock.scheduler.cron.cron.hour.1=@hourly");
	}

	@Test
	void aZoneBesideALineThatNamesAnotherIsRefused() {
		this.runner
			.withPropertyValues("ticktock.scheduler.cron.a.cron=TZ=Europe/Oslo @daily",
					"ticktock.scheduler.cron.a.zone=UTC")
			.run((context) -> assertThat(invalidSetting(context.getStartupFailure())).hasMessageStartingWith(
					"ticktock.scheduler.cron.a.zone = \"UTC\": the line names another zone, \"Europe/Oslo\"."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Europe/Olso", "", "CEST?", "+25:00", "europe/oslo" })
	void aZoneThatIsNoneNamesThePropertyTheValueAndTheRemedy(String zone) {
		refused("ticktock.scheduler.zone", zone, ZONE_REMEDY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "amq.topic", "amq." })
	void anExchangeThatTicksCanNotGoToNamesThePropertyTheValueAndTheRemedy(String exchange) {
		refused("ticktock.scheduler.exchange", exchange, EXCHANGE_REMEDY);
	}

	@Test
	void anExchangeThatLeavesNoRoomForItsQueuesIsRefused() {
		refused("ticktock.scheduler.exchange", "ø".repeat(124), "Choose a shorter one.");
		this.runner.withPropertyValues("ticktock.scheduler.exchange=" + "e".repeat(247))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "0s, PT0S", "-1h, PT-1H", "3651d, PT87624H" })
	void aValidityThatIsNoneNamesThePropertyTheValueAndTheRemedy(String value, String shown) {
		refused("ticktock.scheduler.max-validity", value, shown, "Use a duration such as 30m or 12h.");
	}

	private void schedules(Consumer<Schedules> assertions, String... properties) {
		this.runner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			assertions.accept(context.getBean(Schedules.class));
		});
	}

	private void refused(String property, String value, String remedy) {
		refused(property, value, value, remedy);
	}

	private void refused(String property, String value, String shown, String remedy) {
		this.runner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(invalidSetting(context.getStartupFailure()))
				.hasMessageStartingWith("%s = \"%s\": ", property, shown)
				.hasMessageEndingWith(remedy));
	}

	private static @Nullable Throwable invalidSetting(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidSettingException)) {
			cause = cause.getCause();
		}
		return cause;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(SchedulerProperties.class)
	static class Wiring {

		@Bean
		Schedules schedules(SchedulerProperties properties) {
			return properties.schedules();
		}

	}

}
