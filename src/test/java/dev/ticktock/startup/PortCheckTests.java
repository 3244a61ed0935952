package dev.ticktock.startup;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link PortCheck}.
 */
class PortCheckTests {

	private static final String RULE = "%s = \"%s\": \"%s\" is not a port: a port is a whole number from %d to 65535. Set ";

	private static void check(String property, String value) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(property, value)));
		new PortCheck().postProcessEnvironment(environment, new SpringApplication());
	}

	@ParameterizedTest
	@CsvSource({ "spring.rabbitmq.port, 1", "spring.rabbitmq.port, 65535", "spring.rabbitmq.port, ' 5672 '",
			"spring.rabbitmq.port, ''", "server.port, 0", "server.port, -1", "management.server.port, -1" })
	void aPortIsAllowed(String property, String value) {
		assertThatNoException().isThrownBy(() -> check(property, value));
	}

	@ParameterizedTest
	@CsvSource({ "spring.rabbitmq.port, 65536, 1", "spring.rabbitmq.port, 0, 1", "spring.rabbitmq.port, -5672, 1",
			"spring.rabbitmq.port, abc, 1", "spring.rabbitmq.port, 56.72, 1", "spring.rabbitmq.port, 99999999999, 1",
			"server.port, 99999, 0", "server.port, http, 0", "management.server.port, -2, 0" })
	void aValueThatIsNoPortIsRefusedWithTheRuleAndTheRemedy(String property, String value, int lowest) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> check(property, value))
			.withMessageStartingWith(RULE.formatted(property, value, value, lowest) + property + " to ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "localhost:5672", "[::1]:5672", "[::1]", "amqp://user:pw@host:5672/vhost",
			"amqps://user:pw@host:5671", "amqp://host/vhost", "amqp://user:pw@host", "amqp://user:pw@host/vhost",
			"amqp://user:p/w@host:5672", "a:5672, b:5673 ,c:5674", "amqp://[::1]:5672/vhost", "host:5672/v%2Fhost" })
	void addressesWithAPortAreAllowed(String addresses) {
		assertThatNoException().isThrownBy(() -> check("spring.rabbitmq.addresses", addresses));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			localhost:70000                   | localhost:70000           | 70000
			localhost:                        | localhost:                | ''
			[::1]:99999                       | [::1]:99999               | 99999
			a:5672,b:99999                    | b:99999                   | 99999
			amqp://user:pw@host:x/vhost       | host:x/vhost              | x
			amqps://host:65536                | host:65536                | 65536
			""")
	void anAddressWithABadPortIsQuotedWithoutItsPassword(String addresses, String address, String port) {
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> check("spring.rabbitmq.addresses", addresses))
			.withMessageStartingWith(RULE.formatted("spring.rabbitmq.addresses", address, port, 1));
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> check("spring.rabbitmq.addresses[0]", addresses));
	}

}
