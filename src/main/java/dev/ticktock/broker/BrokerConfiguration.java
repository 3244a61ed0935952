package dev.ticktock.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import dev.ticktock.broker.BrokerProperties.Mechanism;

import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory.AddressShuffleMode;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/**
 * Wires connections to the broker that {@code spring.rabbitmq.*} names.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerProperties.class)
class BrokerConfiguration {

	@Bean
	BrokerConnector brokerConnector(CachingConnectionFactory connectionFactory, RabbitConnectionDetails details,
			RabbitProperties rabbit, BrokerProperties properties, SslBundles bundles,
			@Value("${ticktock.replica:}") String replica) {
		List<Address> addresses = details.getAddresses()
			.stream()
			.map((address) -> new Address(address.host(), address.port()))
			.toList();
		boolean shuffle = rabbit.getAddressShuffleMode() != AddressShuffleMode.NONE;
		ConnectionFactory factory = connectionFactory.getRabbitConnectionFactory();
		if (properties.saslMechanism() == Mechanism.EXTERNAL) {
			factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
		}
		BrokerConnector connector = new BrokerConnector(factory, addresses, shuffle,
				StringUtils.hasText(replica) ? replica : hostAndProcess());
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

}
