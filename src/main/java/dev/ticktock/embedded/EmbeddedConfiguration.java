package dev.ticktock.embedded;

import java.util.Objects;

import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * Wires the embedded broker, in its profile only.
 */
@Configuration(proxyBeanMethods = false)
@Profile("embedded")
@EnableConfigurationProperties(EmbeddedConfiguration.EmbeddedProperties.class)
class EmbeddedConfiguration {

	@Bean
	EmbeddedBroker embeddedBroker(RabbitConnectionDetails details, EmbeddedProperties properties) {
		return new EmbeddedBroker(details.getFirstAddress(), Objects.requireNonNullElse(details.getUsername(), "guest"),
				Objects.requireNonNullElse(details.getPassword(), "guest"), properties.bindAddress());
	}

	/**
	 * Settings of the embedded broker.
	 *
	 * @param bindAddress Address that the embedded broker listens on. Anything but
	 * loopback opens it to every host that reaches this machine.
	 */
	@ConfigurationProperties("ticktock.embedded")
	record EmbeddedProperties(@DefaultValue("127.0.0.1") String bindAddress) {

	}

}
