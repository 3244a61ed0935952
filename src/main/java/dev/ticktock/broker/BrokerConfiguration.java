package dev.ticktock.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import dev.ticktock.time.Uptime;

import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory.AddressShuffleMode;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/**
 * Wires connections to the broker that {@code spring.rabbitmq.*} names.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ BrokerConfiguration.BrokerProperties.class, LeaderProperties.class })
class BrokerConfiguration {

	/**
	 * RabbitMQ ends the connection of a silent host after two to three of them. A false
	 * alarm costs a takeover, which loses nothing.
	 */
	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	/** Here, a takeover can lose slots. */
	private static final Duration HEARTBEAT_WITHOUT_JOURNAL = Duration.ofSeconds(5);

	private static final Duration CONNECT = Duration.ofSeconds(5);

	private static final Duration CONNECT_TO_ONE_OF_SEVERAL = Duration.ofSeconds(2);

	@Bean
	BrokerConnector brokerConnector(CachingConnectionFactory connectionFactory, RabbitConnectionDetails details,
			RabbitProperties rabbit, BrokerProperties properties, SslBundles bundles,
			@Value("${ticktock.replica:}") String replica, @Value("${ticktock.journal.enabled:true}") boolean journal,
			Uptime uptime) {
		List<Address> addresses = details.getAddresses()
			.stream()
			.map((address) -> new Address(address.host(), address.port()))
			.toList();
		boolean shuffle = rabbit.getAddressShuffleMode() != AddressShuffleMode.NONE;
		ConnectionFactory factory = connectionFactory.getRabbitConnectionFactory();
		if (rabbit.getRequestedHeartbeat() == null) {
			factory.setRequestedHeartbeat((int) (journal ? HEARTBEAT : HEARTBEAT_WITHOUT_JOURNAL).toSeconds());
		}
		if (rabbit.getConnectionTimeout() == null) {
			factory
				.setConnectionTimeout((int) ((addresses.size() > 1) ? CONNECT_TO_ONE_OF_SEVERAL : CONNECT).toMillis());
		}
		if (properties.saslMechanism() == BrokerProperties.Mechanism.EXTERNAL) {
			factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
		}
		BrokerConnector connector = new BrokerConnector(factory, addresses, shuffle,
				StringUtils.hasText(replica) ? replica : hostAndProcess(), uptime);
		String bundle = rabbit.getSsl().getBundle();
		if (StringUtils.hasText(bundle)) {
			bundles.addBundleUpdateHandler(bundle, (renewed) -> connector.renew(renewed.createSslContext()));
		}
		return connector;
	}

	private String hostAndProcess() {
		String host = System.getenv("HOSTNAME");
		if (!StringUtils.hasText(host)) {
			try {
				host = InetAddress.getLocalHost().getHostName();
			}
			catch (UnknownHostException ex) {
				host = "localhost";
			}
		}
		return host + "-" + ProcessHandle.current().pid();
	}

	/**
	 * Settings of the login, beside {@code spring.rabbitmq.*}.
	 *
	 * @param saslMechanism How the account is proved to the broker.
	 */
	@ConfigurationProperties("ticktock.broker")
	record BrokerProperties(@DefaultValue("plain") Mechanism saslMechanism) {

		/**
		 * By name and password, or by the certificate of the client.
		 */
		enum Mechanism {

			PLAIN, EXTERNAL

		}

	}

}
