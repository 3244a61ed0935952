package dev.ticktock.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * The differences between brokers that speak the same protocol.
 */
public enum Dialect {

	/**
	 * RabbitMQ, and any other broker that keeps to AMQP 0-9-1 and RabbitMQ's extensions.
	 */
	RABBITMQ,

	/**
	 * Apache Qpid Broker-J, which reads an expiration as milliseconds since the epoch.
	 */
	QPID;

	/** Returns the dialect by the product that the broker's greeting names. */
	static Dialect of(String product) {
		return product.toLowerCase(Locale.ROOT).contains("qpid") ? QPID : RABBITMQ;
	}

	/**
	 * Returns the expiration of a message, a property of AMQP.
	 * @param validUntil the instant from which the broker should drop the message
	 */
	public String expiration(Instant validUntil, Instant now) {
		return Long.toString(
				(this == QPID) ? validUntil.toEpochMilli() : Math.max(1, Duration.between(now, validUntil).toMillis()));
	}

	/**
	 * Whether it makes sense to ask the broker for a stream: Qpid Broker-J, set to
	 * overlook arguments that it does not know, would make an ordinary queue.
	 */
	public boolean mayHaveStreams() {
		return this != QPID;
	}

}
