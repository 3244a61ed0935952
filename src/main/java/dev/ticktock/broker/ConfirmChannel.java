package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The raw channel of one replica, on which it holds the baton and publishes, and what the
 * broker has not confirmed on it yet. Several threads may publish.
 */
public final class ConfirmChannel {

	private static final Logger logger = LoggerFactory.getLogger(ConfirmChannel.class);

	private final Channel channel;

	private final Uptime uptime;

	/** A channel numbers its messages as they come, so one comes at a time. */
	private final ReentrantLock publishing = new ReentrantLock();

	private final ConcurrentNavigableMap<Long, Unconfirmed> unconfirmed = new ConcurrentSkipListMap<>();

	private volatile boolean blocked;

	private ConfirmChannel(Channel channel, Uptime uptime) {
		this.channel = channel;
		this.uptime = uptime;
	}

	/**
	 * Asks the broker to confirm what is published on a channel.
	 */
	public static ConfirmChannel on(Channel channel, Uptime uptime) throws IOException {
		ConfirmChannel confirming = new ConfirmChannel(channel, uptime);
		channel.getConnection().addBlockedListener(confirming.new Blockade());
		channel.addConfirmListener((sequence, multiple) -> confirming.settle(sequence, multiple, true),
				(sequence, multiple) -> confirming.settle(sequence, multiple, false));
		channel.confirmSelect();
		return confirming;
	}

	public Channel raw() {
		return this.channel;
	}

	/** Says whether the broker takes messages. */
	public boolean accepting() {
		return !this.blocked;
	}

	/**
	 * Publishes a message.
	 * @param confirm told when the broker has confirmed it
	 * @throws IOException if the connection is broken
	 * @throws ShutdownSignalException if the channel has closed
	 */
	public void publish(String exchange, String key, AMQP.BasicProperties properties, byte[] body, Confirm confirm)
			throws IOException {
		this.publishing.lock();
		try {
			this.unconfirmed.put(this.channel.getNextPublishSeqNo(), new Unconfirmed(confirm, this.uptime.now()));
			// Not mandatory: a tick that nobody waits for is no fault.
			this.channel.basicPublish(exchange, key, false, properties, body);
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void settle(long sequence, boolean multiple, boolean accepted) {
		Map<Long, Unconfirmed> settled = multiple ? this.unconfirmed.headMap(sequence, true)
				: this.unconfirmed.subMap(sequence, true, sequence, true);
		for (Unconfirmed each : settled.values()) {
			each.confirm().settled(accepted);
		}
		settled.clear();
	}

	/** Counts the messages that the broker has not confirmed. */
	public int unconfirmed() {
		return this.unconfirmed.size();
	}

	/**
	 * Returns how long the oldest message has been waiting for its confirm; zero if none
	 * is.
	 */
	public Duration oldestUnconfirmed() {
		Map.Entry<Long, Unconfirmed> oldest = this.unconfirmed.firstEntry();
		return (oldest != null) ? this.uptime.since(oldest.getValue().handedOver()) : Duration.ZERO;
	}

	private record Unconfirmed(Confirm confirm, Duration handedOver) {

	}

	/**
	 * Hears that the broker takes no messages, which RabbitMQ does when it is short of
	 * memory or disk, and that it does again.
	 */
	private final class Blockade implements BlockedListener {

		@Override
		public void handleBlocked(String reason) {
			ConfirmChannel.this.blocked = true;
			logger.warn("The broker has blocked publishing ({}); ticks wait until it resumes or they expire", reason);
		}

		@Override
		public void handleUnblocked() {
			ConfirmChannel.this.blocked = false;
			logger.info("The broker accepts messages again");
		}

	}

}
