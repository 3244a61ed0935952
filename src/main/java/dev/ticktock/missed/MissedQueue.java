package dev.ticktock.missed;

import java.util.HashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchange to which the queues of workers give what nobody takes, and the bounded
 * queue that holds it until the leader has read it. Called by one thread.
 */
final class MissedQueue {

	/** The property that names both. */
	static final String PROPERTY = "ticktock.missed.queue";

	private static final Logger logger = LoggerFactory.getLogger(MissedQueue.class);

	/**
	 * A message that ends the connection is dropped when it has come so often; RabbitMQ
	 * 4.0 has this number by default.
	 */
	private static final int DELIVERIES = 20;

	private final BrokerConnector connector;

	private final String name;

	private final Map<String, Object> arguments;

	private boolean warnedOfSettings;

	/**
	 * Creates an instance; {@link #declare} creates the queue.
	 * @param type the value of {@code x-queue-type}
	 */
	MissedQueue(BrokerConnector connector, String name, String type, MissedProperties properties) {
		this.connector = connector;
		this.name = name;
		this.arguments = new HashMap<>(Map.of("x-queue-type", type, "x-max-length", properties.maxLength(),
				"x-max-length-bytes", properties.maxSize().toBytes(), "x-overflow", "drop-head"));
		if ("quorum".equals(type)) {
			this.arguments.put("x-delivery-limit", DELIVERIES);
		}
	}

	/** Returns the name of the exchange and of the queue. */
	String name() {
		return this.name;
	}

	/**
	 * Makes sure that both exist.
	 * @throws BrokerRefusedException if an exchange of that name has another type, or the
	 * user may not declare or bind
	 */
	void declare(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		this.connector.declareExchange(connection, PROPERTY, this.name);
		try {
			this.connector.declareQueue(connection, PROPERTY, this.name, this.arguments);
		}
		catch (BrokerRefusedException ex) {
			if (ex.replyCode() != AMQP.PRECONDITION_FAILED) {
				throw ex;
			}
			warnOfSettings(ex.getMessage());
		}
		this.connector.bind(connection, PROPERTY, this.name, this.name, "#");
	}

	private void warnOfSettings(String reason) {
		if (!this.warnedOfSettings) {
			this.warnedOfSettings = true;
			logger.warn("The queue of missed ticks \"{}\" exists with different arguments and keeps them: {}",
					this.name, reason);
		}
	}

}
