package dev.ticktock.schedule;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;

import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.startup.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
		SchedulerProperties properties = bind(Map.of());
		assertThat(properties.exchange()).isEqualTo("cron.schedule");
		assertThat(properties.defaults()).isEqualTo(new Defaults(ZoneId.of("UTC"), Duration.ofHours(12)));
	}

	@Test
	void everyPropertyIsBound() {
		SchedulerProperties properties = bind(
				Map.of("exchange", "e".repeat(247), "zone", " Europe/Oslo ", "max-validity", "30m"));
		assertThat(properties.exchange()).hasSize(247);
		assertThat(properties.defaults()).isEqualTo(new Defaults(ZoneId.of("Europe/Oslo"), Duration.ofMinutes(30)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			zone         | Europe/Olso | or UTC.
			zone         | ''          | or UTC.
			zone         | europe/oslo | or UTC.
			exchange     | ''          | or remove the property to use "cron.schedule".
			exchange     | amq.topic   | or remove the property to use "cron.schedule".
			max-validity | PT0S        | Use a duration such as 30m or 12h.
			max-validity | PT87624H    | Use a duration such as 30m or 12h.
			""")
	void aValueThatIsWrongIsRefusedWithThePropertyTheValueAndTheRemedy(String name, String value, String remedy) {
		refused(name, value, remedy);
	}

	@Test
	void anExchangeWhoseNameIsTooLongIsRefused() {
		refused("exchange", "ø".repeat(124), "Choose a shorter one.");
	}

	private static void refused(String name, String value, String remedy) {
		Throwable thrown = catchThrowable(() -> bind(Map.of(name, value)));
		while (thrown != null && !(thrown instanceof InvalidSettingException)) {
			thrown = thrown.getCause();
		}
		assertThat(thrown).hasMessageStartingWith("ticktock.scheduler.%s = \"%s\": ", name, value)
			.hasMessageEndingWith(remedy);
	}

	private static SchedulerProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("", SchedulerProperties.class);
	}

}
