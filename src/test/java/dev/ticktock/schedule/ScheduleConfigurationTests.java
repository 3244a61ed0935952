package dev.ticktock.schedule;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ScheduleConfiguration}.
 */
class ScheduleConfigurationTests {

	private static final String YAML = """
			hours: 0 0 9-17 * * *
			ticktock.scheduler.cron:
			  report.nightly: "0 30 2 * * *"
			  report:
			    weekly: {cron: "@weekly", validity: 3h}
			  re-sign: "@daily"
			  office: ${hours}
			  resign: "@weekly"
			  stock-poll: "@hourly"
			  "[Søndag/1 #]": "0 0 7 * * SUN"
			""";

	private final SchedulerProperties properties = new SchedulerProperties("cron.schedule", "Europe/Oslo",
			Duration.ofHours(12));

	private final StandardEnvironment environment = new StandardEnvironment();

	private Map<String, Schedule> byEvent() {
		return new ScheduleConfiguration().schedules(this.properties, this.environment).configured().byEvent();
	}

	private void line(String name, String value) {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("line" + name + value, Map.of("ticktock.scheduler.cron" + name, value)));
	}

	private void variable(String name, String value) {
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(name + "-systemEnvironment",
					Map.of("TICKTOCK_SCHEDULER_CRON_" + name, value)));
	}

	@Test
	void theLinesOfAllSourcesAreThoseThatSpringBootBinds() throws IOException {
		new YamlPropertySourceLoader().load("file", new ByteArrayResource(YAML.getBytes(StandardCharsets.UTF_8)))
			.forEach(this.environment.getPropertySources()::addFirst);
		line(".report.nightly", "@monthly");
		variable("REPORT_WEEKLY_ZONE", "Asia/Tokyo");
		variable("STOCK_POLL", "@every 5m");
		Map<String, Schedule> byEvent = byEvent();
		assertThat(byEvent).hasSize(16 + 8);
		assertThat(byEvent.get("report.nightly")).extracting(Schedule::line).isEqualTo("@monthly");
		assertThat(byEvent.get("report.weekly")).extracting(Schedule::definition)
			.isEqualTo("CRON_TZ=Asia/Tokyo 0 0 0 * * 0");
		assertThat(byEvent.get("stock-poll")).extracting(Schedule::line).isEqualTo("@every 5m");
		Map<String, String> bound = Binder.get(this.environment)
			.bind("ticktock.scheduler.cron", Bindable.mapOf(String.class, String.class))
			.get();
		assertThat(byEvent)
			.isEqualTo(new ConfiguredSchedules(bound, this.properties.defaults()).registry().configured().byEvent());
	}

	@Test
	void aLineWithoutAnEventIsRefusedAndNoLineAtAllIsAllowed() {
		assertThat(byEvent()).hasSize(16);
		line("", "");
		assertThat(byEvent()).hasSize(16);
		line("", "@hourly");
		assertThatExceptionOfType(BindException.class).isThrownBy(this::byEvent)
			.withMessageContaining("ticktock.scheduler.cron");
	}

}
