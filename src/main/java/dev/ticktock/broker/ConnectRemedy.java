package dev.ticktock.broker;

import java.util.regex.Pattern;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;

/**
 * The remedies for a broker that answers, but with which no connection comes about.
 */
final class ConnectRemedy {

	/** The client's message if the broker offers no mechanism that is wanted. */
	private static final String NO_MECHANISM = "No compatible authentication mechanism found";

	/**
	 * The reasons that RabbitMQ gives if a limit on connections, channels, queues or
	 * exchanges is reached.
	 */
	private static final Pattern LIMIT = Pattern.compile("limit .*is reached$|has reached the maximum allowed .*limit");

	private ConnectRemedy() {
	}

	/**
	 * Returns the end of a message about a connection that could not be opened.
	 * @return empty if the failure is not likely to last
	 */
	static String of(ConnectionFactory factory, Exception failure) {
		if (isExternal(factory) && String.valueOf(failure.getMessage()).startsWith(NO_MECHANISM)) {
			return ". Enable EXTERNAL at the broker: rabbitmq-plugins enable rabbitmq_auth_mechanism_ssl, and add EXTERNAL to its auth_mechanisms";
		}
		String reason = BrokerConnection.reason(failure);
		if (isLimit(reason)) {
			return ofLimit(factory, reason);
		}
		TlsFault fault = factory.isSSL() ? TlsFault.of(failure) : null;
		if (fault == null) {
			return "";
		}
		return switch (fault) {
			case UNTRUSTED ->
				". No authority that TickTock trusts has signed the broker's certificate: add the one that did to the trust store of spring.rabbitmq.ssl";
			case OTHER_HOST ->
				". The broker's certificate is for another host: use one of its names in spring.rabbitmq.host or spring.rabbitmq.addresses";
			case OUT_OF_DATE -> ". The broker's certificate has expired or begins later: renew it, or set the clocks";
			case NO_TLS ->
				". This port does not speak TLS: set spring.rabbitmq.port to the one that does, usually 5671";
			case REFUSED ->
				". The broker refuses TickTock's certificate, or wants one: set the key store of spring.rabbitmq.ssl to a certificate that the broker's authority has signed";
			case HUNG_UP ->
				". If the broker wants a certificate of TickTock, set the key store of spring.rabbitmq.ssl to one that the broker's authority has signed";
		};
	}

	/**
	 * Whether a limit of the broker is reached, which can pass when others close
	 * something.
	 */
	static boolean isLimit(String reason) {
		return LIMIT.matcher(reason).find();
	}

	/** Returns the end of a message about a limit. */
	static String ofLimit(ConnectionFactory factory, String reason) {
		String ofUser = ". Raise the limit: rabbitmqctl set_user_limits \"%s\" '{\"%s\":NUMBER}'";
		String ofVirtualHost = ". Raise the limit: rabbitmqctl set_vhost_limits -p \"%s\" '{\"%s\":NUMBER}'";
		if (reason.contains("user connection limit")) {
			return ofUser.formatted(factory.getUsername(), "max-connections");
		}
		if (reason.contains("channels opened for user")) {
			return ofUser.formatted(factory.getUsername(), "max-channels");
		}
		if (reason.contains("queue limit in vhost")) {
			return ofVirtualHost.formatted(factory.getVirtualHost(), "max-queues");
		}
		return reason.contains("access to vhost") ? ofVirtualHost.formatted(factory.getVirtualHost(), "max-connections")
				: ". Raise this limit in the configuration of the broker";
	}

	/** Whether the certificate of the connection is the login. */
	static boolean isExternal(ConnectionFactory factory) {
		return DefaultSaslConfig.EXTERNAL.equals(factory.getSaslConfig());
	}

}
