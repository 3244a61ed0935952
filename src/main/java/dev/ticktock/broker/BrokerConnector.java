package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MissedHeartbeatException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.startup.InvalidSettingException;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens named connections to the broker, without automatic recovery: a connection that is
 * lost takes the term with it, and a new one begins with a new term.
 */
public final class BrokerConnector {

	private static final Logger logger = LoggerFactory.getLogger(BrokerConnector.class);

	private static final String LEADER = "leader";

	/** RabbitMQ's message with the name by which it knows a login. */
	private static final Pattern LOGIN = Pattern.compile("authenticated user was '(.+)'$");

	private static final String PASSWORD_LOGIN = "Set spring.rabbitmq.username and spring.rabbitmq.password to an account of that broker. "
			+ "RabbitMQ accepts its default user guest from localhost only.";

	private static final String CERTIFICATE_LOGIN = "With ticktock.broker.sasl-mechanism=external, the broker takes the name of the user from the certificate: "
			+ "create that user, or set ssl_cert_login_from at the broker to where the name is.";

	/** Qpid closes the connection with the code that others use for a virtual host. */
	private static final String QPID_REFUSES_THE_ACCOUNT = "Authentication failed";

	/**
	 * The largest body of a message that the client accepts, in bytes; it needs twice as
	 * much memory while it reads one. A checkpoint of 100,000 schedules has half a
	 * megabyte, and RabbitMQ 4 accepts no message of more than 16 MiB by default.
	 */
	private static final int LARGEST_BODY = (int) Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 16);

	private volatile ConnectionFactory factory;

	/** The broker's nodes in the order in which they are tried. */
	private final List<Address> addresses;

	private final Heartbeat heartbeat;

	private final String replica;

	private final String run;

	/**
	 * Creates a connector.
	 * @param shuffle whether the nodes are tried in a random order
	 */
	public BrokerConnector(ConnectionFactory factory, List<Address> addresses, boolean shuffle, String replica,
			Uptime uptime) {
		ConnectionFactory own = factory.clone();
		own.setAutomaticRecoveryEnabled(false);
		own.setTopologyRecoveryEnabled(false);
		own.setExceptionHandler(new FaultHandler());
		own.setMaxInboundMessageBodySize(LARGEST_BODY);
		this.factory = own;
		this.addresses = new ArrayList<>(addresses);
		if (shuffle) {
			Collections.shuffle(this.addresses);
		}
		this.heartbeat = new Heartbeat(Duration.ofSeconds(factory.getRequestedHeartbeat()), uptime);
		this.replica = replica;
		this.run = replica + " " + UUID.randomUUID();
	}

	/**
	 * Takes other certificates for the connections that are opened from now on. Those
	 * that are open stay as they are.
	 */
	void renew(SSLContext tls) {
		ConnectionFactory renewed = this.factory.clone();
		renewed.useSslProtocol(tls);
		this.factory = renewed;
		logger.info("The certificates for the broker have changed; new connections use them");
	}

	/** Returns the account that the broker knows this replica by. */
	public String user() {
		return this.factory.getUsername();
	}

	/** Returns the name of this replica. */
	public String replica() {
		return this.replica;
	}

	/** Returns a name that no other replica and no other run of this one has. */
	public String run() {
		return this.run;
	}

	/** Returns the virtual host that TickTock uses. */
	public String virtualHost() {
		return this.factory.getVirtualHost();
	}

	/**
	 * Returns where the broker is looked for.
	 */
	public String target() {
		return order().stream().map(Address::toString).collect(Collectors.joining(", "));
	}

	/**
	 * Opens a connection.
	 * @param purpose what the connection is for: the broker's own UI shows it behind the
	 * replica's name
	 * @throws BrokerAwayException if no broker answers
	 * @throws BrokerRefusedException if the broker refuses the credentials or the virtual
	 * host
	 */
	public BrokerConnection connect(String purpose) throws BrokerAwayException, BrokerRefusedException {
		return connect(this.factory, purpose);
	}

	/**
	 * Opens a connection that ends instead of reading a message that is larger than
	 * expected, see {@link BrokerConnection#isUnreadable}.
	 * @param purpose what the connection is for
	 * @param largestBody how many bytes a message may have
	 * @throws BrokerAwayException if no broker answers
	 * @throws BrokerRefusedException if the broker refuses the credentials or the virtual
	 * host
	 */
	public BrokerConnection connect(String purpose, int largestBody)
			throws BrokerAwayException, BrokerRefusedException {
		ConnectionFactory bounded = this.factory.clone();
		bounded.setMaxInboundMessageBodySize(largestBody);
		return connect(bounded, purpose);
	}

	private BrokerConnection connect(ConnectionFactory usual, String purpose)
			throws BrokerAwayException, BrokerRefusedException {
		ConnectionFactory factory = usual.clone();
		factory.setRequestedHeartbeat((int) this.heartbeat.next().toSeconds());
		try {
			Connection connection = factory.newConnection(order(), "ticktock %s %s".formatted(this.replica, purpose));
			BrokerConnection opened = new BrokerConnection(connection);
			connection.addShutdownListener((signal) -> closed(opened, purpose, signal));
			return opened;
		}
		catch (AuthenticationFailureException ex) {
			throw refusedAccount(String.valueOf(ex.getMessage()), ex);
		}
		catch (IOException | TimeoutException | ShutdownSignalException ex) {
			throwConnectionRefusal(ex);
			throw new BrokerAwayException("Cannot connect to the broker at %s (%s)%s".formatted(target(),
					BrokerConnection.reason(ex), ConnectRemedy.of(factory, ex)), ex);
		}
	}

	private synchronized List<Address> order() {
		return List.copyOf(this.addresses);
	}

	/**
	 * A silent node is tried last from now on. Of the connections that a replica loses at
	 * once, one counts.
	 */
	private synchronized void closed(BrokerConnection connection, String purpose, ShutdownSignalException signal) {
		if (signal.getCause() instanceof MissedHeartbeatException) {
			if (connection.isTo(this.addresses.get(0))) {
				Collections.rotate(this.addresses, -1);
			}
			if (purpose.equals(LEADER)) {
				this.heartbeat.missed();
			}
		}
	}

	/**
	 * Throws an exception if no connection was opened for a reason that a person has to
	 * remove.
	 */
	void throwConnectionRefusal(Exception failure) throws BrokerRefusedException {
		String reason = BrokerConnection.reason(failure);
		if (BrokerConnection.replyCode(failure) != AMQP.NOT_ALLOWED || ConnectRemedy.isLimit(reason)) {
			return;
		}
		if (reason.equals(QPID_REFUSES_THE_ACCOUNT)) {
			throw refusedAccount(reason, failure);
		}
		String remedy = "Set spring.rabbitmq.virtual-host to one that exists and that the user may access, or create it: "
				+ "rabbitmqctl add_vhost NAME, rabbitmqctl set_permissions -p NAME %s '.*' '.*' '.*'.";
		if (reason.contains("access to vhost")) {
			remedy = "Set spring.rabbitmq.virtual-host to one that the user may access, or grant it: rabbitmqctl set_permissions -p \"%2$s\" %1$s '.*' '.*' '.*'.";
		}
		throw new BrokerRefusedException(
				new InvalidSettingException("spring.rabbitmq.virtual-host", this.factory.getVirtualHost(),
						"the broker at %s refuses this virtual host (%s)".formatted(target(), reason),
						remedy.formatted(this.factory.getUsername(), this.factory.getVirtualHost()), failure),
				false);
	}

	private BrokerRefusedException refusedAccount(String reason, Exception cause) {
		return new BrokerRefusedException(new InvalidSettingException("spring.rabbitmq.username", user(),
				"the broker at %s refuses this user or its password (%s)".formatted(target(), reason),
				ConnectRemedy.isExternal(this.factory) ? CERTIFICATE_LOGIN : PASSWORD_LOGIN, cause), false);
	}

	/** Returns the name under which the broker's UI shows this replica's consumers. */
	public String consumerTag() {
		return "ticktock " + this.replica;
	}

	/** Returns whether the exchange exists. */
	public boolean hasExchange(BrokerConnection connection, String exchange) throws BrokerUnavailableException {
		Channel channel = connection.channel();
		try {
			channel.exchangeDeclarePassive(exchange);
			channel.abort();
			return true;
		}
		catch (IOException | ShutdownSignalException ex) {
			if (BrokerConnection.replyCode(ex) == AMQP.NOT_FOUND) {
				return false;
			}
			throw new BrokerUnavailableException(
					"The broker did not find \"%s\": %s".formatted(exchange, BrokerConnection.reason(ex)), ex);
		}
	}

	/**
	 * Makes sure that the exchange exists.
	 * @throws BrokerRefusedException if one of that name exists with another type or
	 * durability, or the user may not declare it
	 */
	public void declareExchange(BrokerConnection connection, String exchange)
			throws BrokerUnavailableException, BrokerRefusedException {
		declareExchange(connection, "ticktock.scheduler.exchange", exchange);
	}

	/**
	 * Makes sure that the exchange exists.
	 * @param property the property that names it
	 * @throws BrokerRefusedException if one of that name exists with another type or
	 * durability, or the user may not declare it
	 */
	public void declareExchange(BrokerConnection connection, String property, String exchange)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, property, exchange,
				"an exchange of this name exists, but it is not a durable topic exchange",
				(channel) -> channel.exchangeDeclare(exchange, "topic", true));
	}

	/**
	 * Makes sure that a durable queue exists.
	 * @param property the property that names it
	 * @throws BrokerRefusedException if one of that name exists with other arguments, or
	 * the user may not declare it
	 */
	public void declareQueue(BrokerConnection connection, String property, String queue, Map<String, Object> arguments)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, property, queue, "a queue of this name exists with different arguments",
				(channel) -> channel.queueDeclare(queue, true, false, false, arguments));
	}

	/**
	 * Binds a queue.
	 * @throws BrokerRefusedException if the user may not
	 */
	public void bind(BrokerConnection connection, String queue, String exchange, String key)
			throws BrokerUnavailableException, BrokerRefusedException {
		bind(connection, "ticktock.scheduler.exchange", queue, exchange, key);
	}

	/**
	 * Binds a queue.
	 * @param property the property that names the exchange
	 * @throws BrokerRefusedException if the user may not
	 */
	public void bind(BrokerConnection connection, String property, String queue, String exchange, String key)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, property, exchange, "cannot bind queue \"%s\"".formatted(queue),
				(channel) -> channel.queueBind(queue, exchange, key));
	}

	/**
	 * Makes sure that a fanout exchange exists and is bound to another.
	 * @param to the exchange that gets the messages
	 * @throws BrokerRefusedException if one of that name exists with another type or
	 * durability, or the user may not declare or bind it
	 */
	public void declareFanout(BrokerConnection connection, String exchange, String to)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, "ticktock.scheduler.exchange", exchange,
				"an exchange of this name exists, but it is not a durable fanout exchange", (channel) -> {
					channel.exchangeDeclare(exchange, "fanout", true);
					channel.exchangeBind(to, exchange, "");
				});
	}

	private void declare(BrokerConnection connection, String property, String name, String conflict,
			Declaration declaration) throws BrokerUnavailableException, BrokerRefusedException {
		// On a channel of its own, because a refusal closes the channel.
		Channel channel = connection.channel();
		try {
			declaration.on(channel);
			channel.abort();
		}
		catch (IOException | ShutdownSignalException ex) {
			throw undeclared(property, name, conflict, ex);
		}
	}

	/**
	 * Returns the exception for a declaration that failed for a reason that can pass by
	 * itself.
	 * @throws BrokerRefusedException if a person has to remove the reason
	 */
	BrokerUnavailableException undeclared(String property, String name, String conflict, Exception failure)
			throws BrokerRefusedException {
		String reason = BrokerConnection.reason(failure);
		if (ConnectRemedy.isLimit(reason)) {
			return new BrokerUnavailableException("The broker did not declare \"%s\": %s%s".formatted(name, reason,
					ConnectRemedy.ofLimit(this.factory, reason)), failure);
		}
		switch (BrokerConnection.replyCode(failure)) {
			case AMQP.PRECONDITION_FAILED, AMQP.NOT_ALLOWED, AMQP.COMMAND_INVALID, AMQP.NOT_IMPLEMENTED,
					AMQP.RESOURCE_LOCKED ->
				throw new BrokerRefusedException(
						new InvalidSettingException(property, name, "%s (%s)".formatted(conflict, reason),
								"Delete it, or set %s to another name.".formatted(property), failure),
						true);
			case AMQP.ACCESS_REFUSED -> throw refusedAccess(property, name, reason, failure);
			default -> {
				return new BrokerUnavailableException("The broker did not declare \"%s\": %s".formatted(name, reason),
						failure);
			}
		}
	}

	/**
	 * Returns what the broker refused when it closed a channel on which this replica
	 * publishes or reads: a person has to act. {@code null} if it had another reason.
	 */
	public @Nullable BrokerRefusedException refusal(String exchange, Throwable failure) {
		return refusal("ticktock.scheduler.exchange", exchange, failure);
	}

	/**
	 * Returns what the broker refused when it closed a channel on which this replica
	 * publishes or reads: a person has to act. {@code null} if it had another reason.
	 * @param property the property that names what it was about
	 */
	public @Nullable BrokerRefusedException refusal(String property, String name, Throwable failure) {
		String reason = BrokerConnection.reason(failure);
		return switch (BrokerConnection.replyCode(failure)) {
			case AMQP.ACCESS_REFUSED -> refusedAccess(property, name, reason, failure);
			case AMQP.PRECONDITION_FAILED -> reason.contains("user_id") ? otherLogin(reason, failure) : null;
			default -> null;
		};
	}

	private BrokerRefusedException otherLogin(String reason, Throwable cause) {
		Matcher login = LOGIN.matcher(reason);
		// The broker cuts a long text off.
		String name = login.find() ? "\"" + login.group(1) + "\""
				: "the user that \"rabbitmqctl list_connections user client_properties\" shows for TickTock";
		return new BrokerRefusedException(new InvalidSettingException("spring.rabbitmq.username", user(),
				"the broker at %s knows this login by another name (%s)".formatted(target(), reason),
				"Set spring.rabbitmq.username to %s. TickTock writes the name into its tokens, markers and checkpoints, and the broker takes none that name another account."
					.formatted(name),
				cause), false);
	}

	private BrokerRefusedException refusedAccess(String property, String name, String reason, Throwable cause) {
		if (reason.contains("access to topic '")) {
			return new BrokerRefusedException(new InvalidSettingException(property, name,
					"user \"%s\" lacks a topic permission (%s)".formatted(this.factory.getUsername(), reason),
					permitKeys(name), cause), false);
		}
		return new BrokerRefusedException(new InvalidSettingException(property, name,
				"user \"%s\" lacks a permission (%s)".formatted(this.factory.getUsername(), reason),
				"Grant it configure, write and read permission on the exchange and on the queues named after it, and write permission on the default exchange: rabbitmqctl set_permissions -p \"%s\" \"%s\" '%3$s' '%4$s' '%3$s'."
					.formatted(this.factory.getVirtualHost(), this.factory.getUsername(), "^" + own(name) + "$",
							"^(" + own(name) + "|amq\\.default)$"),
				cause), false);
	}

	private String permitKeys(String exchange) {
		return "Permit the key: rabbitmqctl set_topic_permissions -p \"%s\" \"%s\" \"%s\" '.*' '.*'."
			.formatted(this.factory.getVirtualHost(), this.factory.getUsername(), exchange);
	}

	private static String own(String name) {
		return name.replaceFirst("\\.(leader|journal|missed|out)$", "").replace(".", "\\.") + "(\\..*)?";
	}

	/**
	 * Something to declare.
	 */
	@FunctionalInterface
	private interface Declaration {

		void on(Channel channel) throws IOException;

	}

}
