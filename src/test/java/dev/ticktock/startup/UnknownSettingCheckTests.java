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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link UnknownSettingCheck}.
 */
class UnknownSettingCheckTests {

	private static void check(PropertySource<?> source) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(source);
		new UnknownSettingCheck().postProcessEnvironment(environment, new SpringApplication());
	}

	private static PropertySource<?> file(String name) {
		return new MapPropertySource("file", Map.of(name, "value"));
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
			"ticktock.scheduler.zone.id, ticktock.scheduler.zone" })
	void aNameThatDoesNotExistIsRefusedWithTheNearest(String name, String nearest) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> check(file(name)))
			.withMessage(
					"%s = \"value\": there is no such property. Did you mean %s? docs/configuration.md lists all properties.",
					name, nearest);
	}

	@Test
	void aNameThatIsLikeNoOtherIsRefused() {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> check(file("ticktock.colour")))
			.withMessageEndingWith("there is no such property. Remove it. docs/configuration.md lists all properties.");
	}

	@Test
	void aPasswordIsNotShown() {
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> check(file("ticktock.discovery.pasword")))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("ticktock.discovery.password?")
				.doesNotContain("value"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "TICKTOCK_REQUIRE_RABBITMQ", "TICKTOCK_SERVICE_HOST", "TICKTOCK_LEADER_PORT" })
	void aVariableMayBeOfOthers(String name) {
		assertThatNoException()
			.isThrownBy(() -> check(new SystemEnvironmentPropertySource("variables", Map.of(name, "value"))));
	}

	@Test
	void aSystemPropertyMayBeOfOthers() {
		assertThatNoException()
			.isThrownBy(() -> check(new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
					Map.of("ticktock.test.rabbitmq", "value"))));
	}

}
