package dev.ticktock.leader;

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
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The raw channel of one replica, on which it holds the baton and publishes, and what the
 * broker has not confirmed on it yet. Several threads may publish.
 */
final class ConfirmChannel {

	private static final Logger logger = LoggerFactory.getLogger(ConfirmChannel.class);

	private final Channel channel;

	private final Outcome outcome;

	/** A channel numbers its messages as they come, so one comes at a time. */
	private final ReentrantLock publishing = new ReentrantLock();

	private final ConcurrentNavigableMap<Long, Unconfirmed> unconfirmed = new ConcurrentSkipListMap<>();

	private volatile boolean blocked;

	private ConfirmChannel(Channel channel, Outcome outcome) {
		this.channel = channel;
		this.outcome = outcome;
	}

	/**
	 * Asks the broker to confirm what is published on a channel.
	 * @param outcome told of every tick that is confirmed or refused, on the thread of
	 * the connection
	 */
	static ConfirmChannel on(Channel channel, Outcome outcome) throws IOException {
		ConfirmChannel confirming = new ConfirmChannel(channel, outcome);
		channel.getConnection().addBlockedListener(confirming.new Blockade());
		channel.addConfirmListener((sequence, multiple) -> confirming.settle(sequence, multiple, true),
				(sequence, multiple) -> confirming.settle(sequence, multiple, false));
		channel.confirmSelect();
		return confirming;
	}

	Channel raw() {
		return this.channel;
	}

	/** Says whether the broker takes messages. */
	boolean accepting() {
		return !this.blocked;
	}

	/**
	 * Publishes a message.
	 * @param tick the tick that the message is; {@code null} if it is none
	 * @throws IOException if the connection is broken
	 * @throws ShutdownSignalException if the channel has closed
	 */
	void publish(String exchange, String key, AMQP.BasicProperties properties, byte[] body, @Nullable Tick tick)
			throws IOException {
		this.publishing.lock();
		try {
			this.unconfirmed.put(this.channel.getNextPublishSeqNo(), new Unconfirmed(tick, System.nanoTime()));
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
			if (each.tick() != null) {
				this.outcome.of(each.tick(), accepted);
			}
		}
		settled.clear();
	}

	/** Counts the messages that the broker has not confirmed. */
	int unconfirmed() {
		return this.unconfirmed.size();
	}

	/**
	 * Returns how long the oldest message has been waiting for its confirm; zero if none
	 * is.
	 */
	Duration oldestUnconfirmed() {
		Map.Entry<Long, Unconfirmed> oldest = this.unconfirmed.firstEntry();
		return (oldest != null) ? Duration.ofNanos(System.nanoTime() - oldest.getValue().handedOver()) : Duration.ZERO;
	}

	private record Unconfirmed(@Nullable Tick tick, long handedOver) {

	}

	/**
	 * What became of a tick.
	 */
	@FunctionalInterface
	interface Outcome {

		/**
		 * Tells that the broker has confirmed a tick.
		 * @param accepted whether every queue took it
		 */
		void of(Tick tick, boolean accepted);

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
