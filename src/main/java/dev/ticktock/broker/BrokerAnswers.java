package dev.ticktock.broker;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/**
 * Makes exceptions of what a broker answers: which answers a person has to act on, and
 * how. Other answers may pass by themselves.
 */
record BrokerAnswers(ConnectionFactory factory, String target) {

	/** RabbitMQ's messages about limits, which pass when others close something. */
	private static final Pattern LIMIT = Pattern.compile("limit .*is reached$|has reached the maximum allowed .*limit");

	private static final String RAISE = ". Raise this limit: rabbitmqctl set_user_limits, rabbitmqctl set_vhost_limits, or in the configuration of the broker";

	private static final String TLS = ". Find this reason in docs/security.md under \"When TLS fails\": it has the remedy";

	/** The client's message if the broker offers no mechanism that is wanted. */
	private static final String NO_MECHANISM = "No compatible authentication mechanism found";

	/** Qpid closes the connection with the code that others use for a virtual host. */
	private static final String QPID_REFUSES_THE_ACCOUNT = "Authentication failed";

	/**
	 * Returns the exception for a connection that was not opened.
	 * @throws BrokerRefusedException if a person has to remove the reason
	 */
	BrokerUnavailableException toConnecting(Exception failure) throws BrokerRefusedException {
		String reason = BrokerConnection.reason(failure);
		if (failure instanceof AuthenticationFailureException || reason.equals(QPID_REFUSES_THE_ACCOUNT)) {
			throw refused("spring.rabbitmq.username", user(),
					"the broker at %s refuses this user or its password (%s)".formatted(this.target, reason),
					isExternal()
							? "With ticktock.broker.sasl-mechanism=external, the broker takes the name of the user from the certificate: create that user, or set ssl_cert_login_from at the broker to where the name is."
							: "Set spring.rabbitmq.username and spring.rabbitmq.password to an account of that broker. RabbitMQ accepts its default user guest from localhost only.",
					failure);
		}
		if (BrokerConnection.replyCode(failure) == AMQP.NOT_ALLOWED && !isLimit(reason)) {
			String remedy = reason.contains("access to vhost")
					? "Set spring.rabbitmq.virtual-host to one that the user may access, or grant it: rabbitmqctl set_permissions -p \"%2$s\" %1$s '.*' '.*' '.*'."
					: "Set spring.rabbitmq.virtual-host to one that exists and that the user may access, or create it: rabbitmqctl add_vhost NAME, rabbitmqctl set_permissions -p NAME %s '.*' '.*' '.*'.";
			throw refused("spring.rabbitmq.virtual-host", this.factory.getVirtualHost(),
					"the broker at %s refuses this virtual host (%s)".formatted(this.target, reason),
					remedy.formatted(user(), this.factory.getVirtualHost()), failure);
		}
		return new BrokerUnavailableException.Away(
				"Cannot connect to the broker at %s (%s)%s".formatted(this.target, reason, remedy(failure, reason)),
				failure);
	}

	/** Returns the end of a message; empty if the failure is not likely to last. */
	private String remedy(Exception failure, String reason) {
		if (isExternal() && String.valueOf(failure.getMessage()).startsWith(NO_MECHANISM)) {
			return ". Enable EXTERNAL at the broker: rabbitmq-plugins enable rabbitmq_auth_mechanism_ssl, and add EXTERNAL to its auth_mechanisms";
		}
		if (isLimit(reason)) {
			return RAISE;
		}
		boolean unreached = failure instanceof ConnectException || failure instanceof UnknownHostException;
		return (this.factory.isSSL() && !unreached) ? TLS : "";
	}

	private static boolean isLimit(String reason) {
		return LIMIT.matcher(reason).find();
	}

	/**
	 * Returns the exception for something that was not declared.
	 * @param property the property that names it
	 * @param conflict the rule that is broken if the broker has another of that name
	 * @throws BrokerRefusedException if a person has to remove the reason
	 */
	BrokerUnavailableException toDeclaring(String property, String name, String conflict, Exception failure)
			throws BrokerRefusedException {
		String reason = BrokerConnection.reason(failure);
		boolean limit = isLimit(reason);
		switch (limit ? 0 : BrokerConnection.replyCode(failure)) {
			case AMQP.PRECONDITION_FAILED, AMQP.NOT_ALLOWED, AMQP.COMMAND_INVALID, AMQP.NOT_IMPLEMENTED,
					AMQP.RESOURCE_LOCKED ->
				throw new BrokerRefusedException(
						new InvalidSettingException(property, name, "%s (%s)".formatted(conflict, reason),
								"Delete it, or set %s to another name.".formatted(property), failure),
						true);
			case AMQP.ACCESS_REFUSED -> throw lacksPermission(property, name, reason, failure);
			default -> {
				return new BrokerUnavailableException(
						"The broker did not declare \"%s\": %s%s".formatted(name, reason, limit ? RAISE : ""), failure);
			}
		}
	}

	@Nullable BrokerRefusedException toUsing(String exchange, Throwable failure) {
		String reason = BrokerConnection.reason(failure);
		return switch (BrokerConnection.replyCode(failure)) {
			case AMQP.ACCESS_REFUSED -> lacksPermission(BrokerConnector.EXCHANGE_PROPERTY, exchange, reason, failure);
			case AMQP.PRECONDITION_FAILED -> reason.contains("user_id") ? hasOtherLogin(reason, failure) : null;
			default -> null;
		};
	}

	private BrokerRefusedException hasOtherLogin(String reason, Throwable cause) {
		return refused("spring.rabbitmq.username", user(),
				"the broker at %s knows this login by another name (%s)".formatted(this.target, reason),
				"Set spring.rabbitmq.username to that name; \"rabbitmqctl list_connections user client_properties\" shows all of it. TickTock writes the name into its tokens, markers and checkpoints, and the broker takes none that name another account.",
				cause);
	}

	private BrokerRefusedException lacksPermission(String property, String name, String reason, Throwable cause) {
		if (reason.contains("access to topic '")) {
			return refused(property, name, "user \"%s\" lacks a topic permission (%s)".formatted(user(), reason),
					"Permit the key: rabbitmqctl set_topic_permissions -p \"%s\" \"%s\" \"%s\" '.*' '.*'."
						.formatted(this.factory.getVirtualHost(), user(), name),
					cause);
		}
		String own = name.replaceFirst("\\.(leader|journal|missed|out|outcome|hold)$", "").replace(".", "\\.")
				+ "(\\..*)?";
		return refused(property, name, "user \"%s\" lacks a permission (%s)".formatted(user(), reason),
				"Grant it configure, write and read permission on the exchange and on the queues named after it, and write permission on the default exchange: rabbitmqctl set_permissions -p \"%s\" \"%s\" '^%3$s$' '^(%3$s|amq\\.default)$' '^%3$s$'."
					.formatted(this.factory.getVirtualHost(), user(), own),
				cause);
	}

	private String user() {
		return this.factory.getUsername();
	}

	private boolean isExternal() {
		return DefaultSaslConfig.EXTERNAL.equals(this.factory.getSaslConfig());
	}

	private static BrokerRefusedException refused(String property, String value, String problem, String remedy,
			Throwable cause) {
		return new BrokerRefusedException(new InvalidSettingException(property, value, problem, remedy, cause), false);
	}

}
