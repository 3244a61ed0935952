package dev.ticktock.broker;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the login, beside {@code spring.rabbitmq.*}.
 *
 * @param saslMechanism How the account is proved to the broker.
 */
@ConfigurationProperties("ticktock.broker")
record BrokerProperties(@DefaultValue("plain") Mechanism saslMechanism) {

	/**
	 * A mechanism of SASL.
	 */
	enum Mechanism {

		/** By the user's name and password. */
		PLAIN,

		/** By the certificate of the client, which TLS has verified. */
		EXTERNAL

	}

}
