package dev.ticktock.discovery;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DiscoveryConfiguration}.
 */
class DiscoveryConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(textBlock = """
			addresses=localhost:5673,        http://localhost:15673
			addresses=amqp://[::1]:5673,     http://[::1]:15673
			addresses=[fd00::a]:5673,        http://[fd00::a]:15673
			host=[::1],                      http://[::1]:15672
			addresses=localhost:60000,       http://localhost:15672
			""")
	void theManagementApiIsAtTheHostOfTheBroker(String broker, String url) {
		DiscoveryProperties properties = new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("a",
				DiscoveryProperties.class);
		this.runner.withPropertyValues("spring.rabbitmq." + broker)
			.run((context) -> assertThat(DiscoveryConfiguration.urls(properties,
					context.getBean(RabbitConnectionDetails.class).getAddresses(), false))
				.containsExactly(url));
	}

}
