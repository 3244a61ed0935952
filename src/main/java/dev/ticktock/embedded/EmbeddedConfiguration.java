package dev.ticktock.embedded;

import java.util.Objects;

import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails.Address;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * Wires the embedded broker, in its profile only.
 */
@Configuration(proxyBeanMethods = false)
@Profile("embedded")
@EnableConfigurationProperties(EmbeddedProperties.class)
class EmbeddedConfiguration {

	@Bean
	EmbeddedBroker embeddedBroker(RabbitConnectionDetails details, EmbeddedProperties properties) {
		Address address = details.getFirstAddress();
		return new EmbeddedBroker(address.host(), address.port(),
				Objects.requireNonNullElse(details.getUsername(), "guest"),
				Objects.requireNonNullElse(details.getPassword(), "guest"), properties);
	}

}
