package dev.ticktock.startup;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link SettingsCheck}.
 */
class SettingsCheckTests {

	private static void check(PropertySource<?> source) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(source);
		new SettingsCheck().postProcessEnvironment(environment, new SpringApplication());
	}

	private static PropertySource<?> file(String name) {
		return new MapPropertySource("file", Map.of(name, "value"));
	}

	private static PropertySource<?> variable(String name) {
		return new SystemEnvironmentPropertySource("variables", Map.of(name, "value"));
	}

	private static PropertySource<?> systemProperty(String name) {
		return new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, Map.of(name, "value"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ticktock.scheduler.zone", "ticktock.scheduler.max-validity",
			"ticktock.scheduler.maxValidity", "ticktock.scheduler.max_validity", "ticktock.scheduler.cron.a.job",
			"ticktock.scheduler.cron.a.job.zone", "ticktock.scheduler.cron[report/nightly]", "ticktock.scheduler.cron",
			"ticktock.leader.trusted-users[1]", "ticktock.leader.trusted-users", "ticktock.replica",
			"ticktock.scheduler", "ticktock", "spring.nothing", "ticktocks.zone" })
	void aNameThatExistsIsAllowed(String name) {
		assertThatNoException().isThrownBy(() -> check(file(name)));
	}

	@ParameterizedTest
	@CsvSource({ "ticktock.scheduler.timezone, ticktock.scheduler.zone",
			"ticktock.schedule.zone, ticktock.scheduler.zone",
			"ticktock.leader.clock-tolerence, ticktock.leader.clock-tolerance",
			"ticktock.scheduler.crons.a, ticktock.scheduler.cron", "ticktock.replika, ticktock.replica",
			"ticktock.scheduler.zone.id, ticktock.scheduler.zone",
			"TICKTOCK_SCHEDULER_TIMEZONE, TICKTOCK_SCHEDULER_ZONE",
			"TICKTOCK_LEADER_CLOCK_TOLERENCE, TICKTOCK_LEADER_CLOCKTOLERANCE" })
	void aNameThatDoesNotExistIsRefusedWithTheNearest(String name, String nearest) {
		PropertySource<?> source = name.contains("_") ? variable(name) : file(name);
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> check(source))
			.withMessage(
					"%s = \"value\": there is no such property. Did you mean %s? docs/configuration.md lists all properties.",
					name, nearest);
	}

	@Test
	void aNameThatIsLikeNoOtherIsRefusedAndAPasswordIsNotShown() {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> check(file("ticktock.colour")))
			.withMessageEndingWith("there is no such property. Remove it. docs/configuration.md lists all properties.");
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> check(file("ticktock.discovery.pasword")))
			.withMessageContaining("ticktock.discovery.password?")
			.withMessageNotContaining("value");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TICKTOCK_SCHEDULER_ZONE", "TICKTOCK_SCHEDULER_MAXVALIDITY",
			"TICKTOCK_SCHEDULER_MAX_VALIDITY", "TICKTOCK_SCHEDULER_CRON_REPORT_NIGHTLY", "TICKTOCK_REPLICA",
			"TICKTOCK_LEADER_TRUSTEDUSERS_0", "ticktock_leader_limit", "TICKTOCK_REQUIRE_RABBITMQ",
			"TICKTOCK_SERVICE_HOST", "TICKTOCK_PORT_8080_TCP_ADDR", "TICKTOCK_LEADER_SERVICE_PORT_HTTP",
			"TICKTOCK_LEADER_PORT", "TICKTOCK_SCHEDULER_PORT_8080_TCP", "ticktock.leader.limit" })
	void aVariableThatExistsOrIsOfOthersIsAllowed(String name) {
		assertThatNoException().isThrownBy(() -> check(variable(name)));
	}

	@Test
	void aSystemPropertyIsRefusedInASectionOnly() {
		assertThatNoException().isThrownBy(() -> check(systemProperty("ticktock.test.rabbitmq")));
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> check(systemProperty("ticktock.leader.limits")));
	}

}
