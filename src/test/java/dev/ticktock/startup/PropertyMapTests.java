package dev.ticktock.startup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;

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
 * Tests for {@link PropertyMap}.
 */
class PropertyMapTests {

	private static final String YAML = """
			zone: UTC
			lines:
			  report.nightly: "0 30 2 * * *"
			  report:
			    weekly: {cron: "@weekly", zone: Europe/Oslo}
			  stock-poll: "@hourly"
			  "[Søndag/1 #]": ${zone}
			  a[b.c].D: ${nothing}
			  empty:
			  year: 2026
			  yes: true
			  from: 2026-12-01
			  list: [one, two]
			""";

	private final StandardEnvironment environment = new StandardEnvironment();

	private Map<String, String> read() {
		return PropertyMap.of(this.environment, "lines");
	}

	@Test
	void theMapIsThatOfSpringBootsBinder() throws IOException {
		new YamlPropertySourceLoader().load("file", new ByteArrayResource(YAML.getBytes(StandardCharsets.UTF_8)))
			.forEach(this.environment.getPropertySources()::addFirst);
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("line",
					Map.of("lines.report.weekly.data", "text", "lines.year", "@yearly", "lines.stockPoll", "-")));
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
					Map.of("LINES_STOCKPOLL", "@every 5m", "LINES_REPORT_NIGHTLY", "@daily", "LINES_C", "@monthly")));
		assertThat(read()).hasSize(16)
			.containsEntry("stock-poll", "@every 5m")
			.containsEntry("year", "@yearly")
			.containsEntry("Søndag/1 #", "UTC")
			.isEqualTo(Binder.get(this.environment).bind("lines", Bindable.mapOf(String.class, String.class)).get());
	}

	@Test
	void aValueWithoutANameIsRefusedUnlessItIsEmpty() {
		assertThat(read()).isEmpty();
		this.environment.getPropertySources().addFirst(new MapPropertySource("empty", Map.of("lines", "")));
		assertThat(read()).isEmpty();
		this.environment.getPropertySources().addFirst(new MapPropertySource("line", Map.of("lines", "@hourly")));
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::read)
			.withMessage("lines = \"@hourly\": the name in the map is missing. Write lines.<name>.");
	}

}
