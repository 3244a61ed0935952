package dev.ticktock.broker;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MissedHeartbeatException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens named connections to the broker, without automatic recovery: a connection that is
 * lost takes the term with it, and a new one begins with a new term. Declares what
 * TickTock has at the broker, and throws a {@link BrokerRefusedException} if that exists
 * with other properties, or the user may not declare or bind it.
 */
public final class BrokerConnector {

	private static final Logger logger = LoggerFactory.getLogger(BrokerConnector.class);

	private static final String LEADER = "leader";

	static final String EXCHANGE_PROPERTY = "ticktock.scheduler.exchange";

	/**
	 * The largest body of a message that the client accepts, in bytes; it needs twice as
	 * much memory while it reads one. A checkpoint of 100,000 schedules has half a
	 * megabyte, and RabbitMQ 4 accepts no message of more than 16 MiB by default.
	 */
	private static final int LARGEST_BODY = (int) Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 16);

	private final ConnectionFactory factory;

	/** The broker's nodes in the order in which they are tried. */
	private final List<Address> addresses;

	private final Heartbeat heartbeat;

	private final String replica;

	private final String run;

	private final BrokerAnswers answers;

	public BrokerConnector(ConnectionFactory factory, List<Address> addresses, boolean shuffle, String replica,
			Uptime uptime) {
		ConnectionFactory own = factory.clone();
		own.setAutomaticRecoveryEnabled(false);
		own.setTopologyRecoveryEnabled(false);
		own.setMaxInboundMessageBodySize(LARGEST_BODY);
		this.factory = own;
		this.addresses = new ArrayList<>(addresses);
		if (shuffle) {
			Collections.shuffle(this.addresses);
		}
		this.heartbeat = new Heartbeat(Duration.ofSeconds(factory.getRequestedHeartbeat()), uptime);
		this.replica = replica;
		this.run = replica + " " + UUID.randomUUID();
		this.answers = new BrokerAnswers(own, target());
	}

	/**
	 * Takes other certificates for the connections that are opened from now on. Those
	 * that are open stay as they are.
	 */
	void renew(SSLContext tls) {
		this.factory.useSslProtocol(tls);
		logger.info("The certificates for the broker have changed; new connections use them");
	}

	/** Returns the account that the broker knows this replica by. */
	public String user() {
		return this.factory.getUsername();
	}

	public String replica() {
		return this.replica;
	}

	/** Returns a name that no other replica and no other run of this one has. */
	public String run() {
		return this.run;
	}

	/** Returns the name under which the broker's UI shows this replica's consumers. */
	public String consumerTag() {
		return "ticktock " + this.replica;
	}

	public String virtualHost() {
		return this.factory.getVirtualHost();
	}

	public String target() {
		return order().stream().map(Address::toString).collect(Collectors.joining(", "));
	}

	/**
	 * Opens a connection.
	 * @param purpose what the connection is for: the broker's own UI shows it behind the
	 * replica's name
	 * @throws BrokerUnavailableException if no broker answers
	 * @throws BrokerRefusedException if the broker refuses the credentials or the virtual
	 * host
	 */
	public BrokerConnection connect(String purpose) throws BrokerUnavailableException, BrokerRefusedException {
		ConnectionFactory next = this.factory.clone();
		next.setRequestedHeartbeat((int) this.heartbeat.next().toSeconds());
		AtomicReference<Socket> socket = new AtomicReference<>();
		next.setSocketConfigurator(next.getSocketConfigurator().andThen(socket::set));
		next.setExceptionHandler(new FaultHandler(socket::get));
		try {
			Connection connection = next.newConnection(order(), "ticktock %s %s".formatted(this.replica, purpose));
			BrokerConnection opened = new BrokerConnection(connection);
			connection.addShutdownListener((signal) -> closed(opened, purpose, signal));
			return opened;
		}
		catch (IOException | TimeoutException | ShutdownSignalException ex) {
			throw this.answers.toConnecting(ex);
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

	public boolean hasExchange(BrokerConnection connection, String exchange)
			throws BrokerUnavailableException, BrokerRefusedException {
		try {
			declare(connection, EXCHANGE_PROPERTY, exchange, "cannot look for this exchange",
					(channel) -> channel.exchangeDeclarePassive(exchange));
			return true;
		}
		catch (BrokerUnavailableException ex) {
			if (BrokerConnection.replyCode(ex) == AMQP.NOT_FOUND) {
				return false;
			}
			throw ex;
		}
	}

	/** Makes sure that a durable topic exchange exists. */
	public void declareExchange(BrokerConnection connection, String exchange)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, EXCHANGE_PROPERTY, exchange,
				"an exchange of this name exists, but it is not a durable topic exchange",
				(channel) -> channel.exchangeDeclare(exchange, "topic", true));
	}

	/**
	 * Makes sure that a durable fanout exchange exists and is bound to another.
	 * @param to the exchange that gets the messages
	 */
	public void declareFanout(BrokerConnection connection, String exchange, String to)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, EXCHANGE_PROPERTY, exchange,
				"an exchange of this name exists, but it is not a durable fanout exchange", (channel) -> {
					channel.exchangeDeclare(exchange, "fanout", true);
					channel.exchangeBind(to, exchange, "");
				});
	}

	/** Makes sure that a durable queue exists. */
	public void declareQueue(BrokerConnection connection, String property, String queue, Map<String, Object> arguments)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, property, queue, "a queue of this name exists with different arguments",
				(channel) -> channel.queueDeclare(queue, true, false, false, arguments));
	}

	/**
	 * Requests a durable queue that replicas can do without, and does not wait for it: a
	 * node that is silent would hold that up, and one that is down would refuse it.
	 */
	public void requestQueue(BrokerConnection connection, String queue, Map<String, Object> arguments)
			throws BrokerUnavailableException, IOException {
		// On a channel of its own, which a refusal closes; otherwise the connection does.
		Channel channel = connection.channel();
		channel.addShutdownListener((signal) -> {
			if (!signal.isHardError()) {
				logger.warn("The broker did not declare the queue \"{}\"; going on without it: {}", queue,
						BrokerConnection.reason(signal));
			}
		});
		channel.queueDeclareNoWait(queue, true, false, false, arguments);
	}

	public void bind(BrokerConnection connection, String queue, String exchange, String key)
			throws BrokerUnavailableException, BrokerRefusedException {
		declare(connection, EXCHANGE_PROPERTY, exchange, "cannot bind queue \"%s\"".formatted(queue),
				(channel) -> channel.queueBind(queue, exchange, key));
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
			throw this.answers.toDeclaring(property, name, conflict, ex);
		}
	}

	/**
	 * Returns what the broker refused when it closed a channel on which this replica
	 * publishes or reads: a person has to act. {@code null} if it had another reason.
	 */
	public @Nullable BrokerRefusedException refusal(String exchange, Throwable failure) {
		return this.answers.toUsing(exchange, failure);
	}

	@FunctionalInterface
	private interface Declaration {

		void on(Channel channel) throws IOException;

	}

	/**
	 * Logs an exception that was thrown on a thread of the client, unless it says that a
	 * connection or a channel has closed. The client then closes the channel, so that its
	 * user begins again with a new connection. An {@link Error} of TickTock ends the
	 * process. Resets the socket of a broker that has missed its heartbeats.
	 */
	static final class FaultHandler extends DefaultExceptionHandler {

		private final Supplier<@Nullable Socket> socket;

		FaultHandler(Supplier<@Nullable Socket> socket) {
			this.socket = socket;
		}

		/**
		 * The reader on the connection logs a message that could not be read. An error
		 * here is due to such a message, not to TickTock.
		 */
		@Override
		public void handleUnexpectedConnectionDriverException(Connection connection, Throwable fault) {
			if (fault instanceof MissedHeartbeatException) {
				reset();
			}
			if (!(fault instanceof IllegalStateException || fault instanceof StackOverflowError)) {
				log("The connection", (fault instanceof Error) ? new IllegalStateException(fault) : fault);
			}
		}

		/**
		 * A thread that writes to a silent broker can wait in the socket for many
		 * minutes, and holds the lock of the channel meanwhile, for which the client
		 * waits before it closes the socket itself.
		 */
		private void reset() {
			try (Socket silent = this.socket.get()) {
				if (silent != null) {
					silent.setSoLinger(true, 0);
				}
			}
			catch (IOException ex) {
				logger.debug("The connection is closed already", ex);
			}
		}

		@Override
		protected void log(String what, Throwable fault) {
			if (fault instanceof Error) {
				Thread thread = Thread.currentThread();
				thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
			}
			else if (!(fault instanceof IOException || fault instanceof ShutdownSignalException)) {
				logger.error("Unexpected failure; reconnecting. {}", what, fault);
			}
		}

	}

}
