package dev.ticktock.journal;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that records what passes the exchange, and the exchange that TickTock
 * publishes its ticks to. That one is bound to the exchange alone, so a tick that is in
 * the stream has been routed to the workers too. Safe for use by several threads.
 */
final class JournalStream {

	private static final Logger logger = LoggerFactory.getLogger(JournalStream.class);

	private final BrokerConnector connector;

	private final Topology topology;

	private final JournalProperties properties;

	private final boolean missed;

	private volatile boolean unsupported;

	private boolean warnedOfSettings;

	/** Why missed ticks are not recorded, as it was logged last. */
	private String unrecorded = "";

	JournalStream(BrokerConnector connector, Topology topology, JournalProperties properties, boolean missed) {
		this.connector = connector;
		this.topology = topology;
		this.properties = properties;
		this.missed = missed;
	}

	/** Whether the broker is known to have no streams. */
	boolean isUnsupported() {
		return this.unsupported;
	}

	/**
	 * Makes sure that the stream exists and records what is published to the exchange.
	 * @return {@code false} if the broker has no streams
	 * @throws BrokerRefusedException if a queue of that name exists that is no stream, or
	 * the user may not declare it
	 */
	boolean declare(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		if (this.unsupported || !connection.dialect().mayHaveStreams()) {
			return false;
		}
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", "stream");
		arguments.put("x-max-age", this.properties.maxAge().toSeconds() + "s");
		arguments.put("x-max-length-bytes", this.properties.maxSize().toBytes());
		arguments.put("x-stream-max-segment-size-bytes", this.properties.maxSegmentSize().toBytes());
		try {
			this.connector.declareQueue(connection, "ticktock.journal.queue", this.topology.journal(), arguments);
		}
		catch (BrokerRefusedException ex) {
			String reason = ex.getMessage();
			if (ex.replyCode() == AMQP.NOT_IMPLEMENTED || reason.contains("invalid arg 'x-queue-type'")) {
				this.unsupported = true;
				return false;
			}
			if (ex.replyCode() != AMQP.PRECONDITION_FAILED || reason.contains("x-queue-type")) {
				throw ex;
			}
			warnOfSettings(reason);
		}
		bind(connection);
		dropMissedQueue(connection);
		return true;
	}

	/**
	 * Binds the stream again, because its binding, or the exchange, may have been
	 * deleted. A failure is logged.
	 */
	void bindAgain(BrokerConnection connection) {
		try {
			bind(connection);
		}
		catch (BrokerUnavailableException | BrokerRefusedException ex) {
			logger.warn("Cannot bind the journal \"{}\" again: {}", this.topology.journal(), ex.getMessage());
		}
	}

	private void bind(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		this.connector.declareExchange(connection, this.topology.exchange());
		this.connector.bind(connection, this.topology.journal(), this.topology.exchange(), "#");
		this.connector.declareFanout(connection, this.topology.out(), this.topology.exchange());
		if (this.missed) {
			bindToMissed(connection);
		}
	}

	/** Ticks go on without it. */
	private synchronized void bindToMissed(BrokerConnection connection) throws BrokerUnavailableException {
		String problem = "";
		if (connection.deadLettersToStreams()) {
			try {
				this.connector.declareExchange(connection, this.topology.missed());
				this.connector.bind(connection, this.topology.journal(), this.topology.missed(), "#");
			}
			catch (BrokerRefusedException ex) {
				problem = ex.getMessage();
			}
		}
		else {
			problem = connection.describe()
					+ " drops what a queue dead-letters to a stream; RabbitMQ does so before 4.0";
		}
		if (!problem.equals(this.unrecorded)) {
			this.unrecorded = problem;
			if (!problem.isEmpty()) {
				logger.warn("Missed ticks are not shown: {}", problem);
			}
		}
	}

	/** An older version had a queue of that name. */
	private void dropMissedQueue(BrokerConnection connection) throws BrokerUnavailableException {
		String queue = this.topology.missed();
		Channel channel = connection.channel();
		try {
			AMQP.Queue.DeclareOk found = channel.queueDeclarePassive(queue);
			channel.queueUnbind(queue, queue, "#");
			if (found.getMessageCount() == 0 && found.getConsumerCount() == 0) {
				channel.queueDelete(queue);
			}
			channel.abort();
		}
		catch (IOException | ShutdownSignalException ex) {
			logger.debug("No queue of missed ticks: {}", BrokerConnection.reason(ex));
		}
	}

	private synchronized void warnOfSettings(String reason) {
		if (!this.warnedOfSettings) {
			this.warnedOfSettings = true;
			logger.warn("The journal \"{}\" exists with different arguments and keeps them: {}",
					this.topology.journal(), reason);
		}
	}

}
