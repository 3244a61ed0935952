package dev.ticktock.leader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.startup.InvalidSettingException;

/**
 * Opens named connections to the broker, without automatic recovery: a connection that is
 * lost takes the term with it, and a new one begins with a new term.
 */
final class BrokerConnector {

	private final ConnectionFactory factory;

	private final List<Address> addresses;

	private final boolean shuffle;

	private final String replica;

	BrokerConnector(ConnectionFactory factory, List<Address> addresses, boolean shuffle, String replica) {
		this.factory = factory.clone();
		this.factory.setAutomaticRecoveryEnabled(false);
		this.factory.setTopologyRecoveryEnabled(false);
		this.addresses = List.copyOf(addresses);
		this.shuffle = shuffle;
		this.replica = replica;
	}

	/**
	 * Returns where the broker is looked for.
	 */
	String target() {
		return this.addresses.stream().map(Address::toString).collect(Collectors.joining(", "));
	}

	/**
	 * Opens a connection.
	 * @param purpose what the connection is for: the broker's own UI shows it behind the
	 * replica's name
	 * @throws BrokerUnavailableException if no broker answers
	 * @throws BrokerRefusedException if the broker refuses the credentials or the virtual
	 * host
	 */
	BrokerConnection connect(String purpose) throws BrokerUnavailableException, BrokerRefusedException {
		List<Address> order = new ArrayList<>(this.addresses);
		if (this.shuffle) {
			Collections.shuffle(order);
		}
		try {
			return new BrokerConnection(
					this.factory.newConnection(order, "ticktock %s %s".formatted(this.replica, purpose)));
		}
		catch (AuthenticationFailureException ex) {
			throw new BrokerRefusedException(
					new InvalidSettingException("spring.rabbitmq.username", this.factory.getUsername(),
							"the broker at %s refuses this user or its password (%s)".formatted(target(),
									ex.getMessage()),
							"Set spring.rabbitmq.username and spring.rabbitmq.password to an account of that broker. "
									+ "RabbitMQ lets its default account guest in from localhost only.",
							ex),
					false);
		}
		catch (IOException | TimeoutException | ShutdownSignalException ex) {
			if (BrokerConnection.replyCode(ex) == AMQP.NOT_ALLOWED) {
				throw new BrokerRefusedException(new InvalidSettingException("spring.rabbitmq.virtual-host",
						this.factory.getVirtualHost(),
						"the broker at %s refuses this virtual host (%s)".formatted(target(),
								BrokerConnection.reason(ex)),
						"Set spring.rabbitmq.virtual-host to one that exists and that the user may enter, or make it: "
								+ "rabbitmqctl add_vhost NAME, rabbitmqctl set_permissions -p NAME %s '.*' '.*' '.*'."
									.formatted(this.factory.getUsername()),
						ex), false);
			}
			throw new BrokerUnavailableException(
					"no broker answers at %s (%s)".formatted(target(), BrokerConnection.reason(ex)), ex);
		}
	}

	/**
	 * Makes sure that the exchange exists.
	 * @throws BrokerRefusedException if one of that name exists with another type or
	 * durability, or the user may not declare it
	 */
	void declareExchange(BrokerConnection connection, String exchange)
			throws BrokerUnavailableException, BrokerRefusedException {
		// On a channel of its own, because a refusal closes the channel.
		Channel channel = connection.channel();
		try {
			channel.exchangeDeclare(exchange, "topic", true);
			channel.abort();
		}
		catch (IOException | ShutdownSignalException ex) {
			String reason = BrokerConnection.reason(ex);
			switch (BrokerConnection.replyCode(ex)) {
				case AMQP.PRECONDITION_FAILED, AMQP.NOT_ALLOWED, AMQP.COMMAND_INVALID ->
					throw new BrokerRefusedException(
							new InvalidSettingException("ticktock.scheduler.exchange", exchange,
									"an exchange of this name exists that is no durable topic exchange (%s)"
										.formatted(reason),
									"Delete it at the broker, or set ticktock.scheduler.exchange to another name.", ex),
							true);
				case AMQP.ACCESS_REFUSED -> throw refusedAccess(exchange, reason, ex);
				default -> throw new BrokerUnavailableException(
						"the broker does not declare exchange \"%s\": %s".formatted(exchange, reason), ex);
			}
		}
	}

	BrokerRefusedException refusedAccess(String exchange, String reason, Throwable cause) {
		return new BrokerRefusedException(new InvalidSettingException("ticktock.scheduler.exchange", exchange,
				"user \"%s\" has no permission for this exchange (%s)".formatted(this.factory.getUsername(), reason),
				"Grant configure, write and read on it and its queues: rabbitmqctl set_permissions -p \"%s\" \"%s\" '%4$s' '%4$s' '%4$s'."
					.formatted(this.factory.getVirtualHost(), this.factory.getUsername(), exchange,
							"^" + exchange.replace(".", "\\.") + "(\\..*)?$"),
				cause), false);
	}

}
