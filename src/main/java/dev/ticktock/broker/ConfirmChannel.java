package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The raw channel of one replica, on which it holds the baton and publishes, and what the
 * broker has not confirmed on it yet. The time for which the broker accepts no messages,
 * as RabbitMQ does when it is short of memory or disk, counts as no wait for a confirm.
 * Several threads may publish.
 */
public final class ConfirmChannel {

	private static final Logger logger = LoggerFactory.getLogger(ConfirmChannel.class);

	private final Channel channel;

	private final Uptime uptime;

	/** A channel numbers its messages as they come, so one comes at a time. */
	private final ReentrantLock publishing = new ReentrantLock();

	/** By number, in the order of the numbers; its monitor guards it. */
	private final Map<Long, Unconfirmed> unconfirmed = new LinkedHashMap<>();

	private volatile boolean blocked;

	private volatile Duration unblockedAt = Duration.ZERO;

	private volatile boolean broken;

	private volatile boolean returned;

	private ConfirmChannel(Channel channel, Uptime uptime) {
		this.channel = channel;
		this.uptime = uptime;
	}

	/** Asks the broker to confirm what is published on a channel. */
	public static ConfirmChannel on(Channel channel, Uptime uptime) throws IOException {
		ConfirmChannel confirming = new ConfirmChannel(channel, uptime);
		channel.getConnection().addBlockedListener(confirming::block, confirming::unblock);
		channel.addConfirmListener((sequence, multiple) -> confirming.settle(sequence, multiple, true),
				(sequence, multiple) -> confirming.settle(sequence, multiple, false));
		channel.addReturnListener((message) -> confirming.returned = true);
		channel.confirmSelect();
		return confirming;
	}

	private void block(String reason) {
		this.blocked = true;
		logger.warn("The broker has blocked publishing ({}); ticks wait until it resumes or they expire", reason);
	}

	private void unblock() {
		this.unblockedAt = this.uptime.now();
		this.blocked = false;
		logger.info("The broker accepts messages again");
	}

	public Channel raw() {
		return this.channel;
	}

	public boolean accepting() {
		return !this.blocked;
	}

	/**
	 * Whether messages can be published: neither the channel nor its connection has
	 * closed, and every message was sent as a whole.
	 */
	public boolean isOpen() {
		return !this.broken && this.channel.isOpen() && this.channel.getConnection().isOpen();
	}

	/** Whether the broker had no queue for a mandatory message. */
	public boolean hasReturned() {
		return this.returned;
	}

	/**
	 * Ends the publishing, because it is unknown whether a message was sent, and which
	 * number the broker gives the next one.
	 */
	public void breakOff() {
		this.broken = true;
	}

	/**
	 * Publishes a message. A mandatory message that the broker has returned is the last:
	 * a later one would tell its reader that all before it have come.
	 * @param mandatory whether it is a fault if no queue gets it
	 * @param confirm called when the broker has confirmed it
	 * @throws IOException if the connection or this channel is broken, or if the message
	 * is mandatory and the broker has returned one
	 * @throws ShutdownSignalException if the channel has closed
	 */
	public void publish(String exchange, String key, boolean mandatory, AMQP.BasicProperties properties, byte[] body,
			Confirm confirm) throws IOException {
		this.publishing.lock();
		try {
			if (this.broken) {
				throw new IOException("a message could not be sent");
			}
			if (mandatory && this.returned) {
				throw new IOException("no queue got a message");
			}
			Unconfirmed message = new Unconfirmed(confirm, this.uptime.now(), exchange.isEmpty() ? "" : key);
			synchronized (this.unconfirmed) {
				this.unconfirmed.put(this.channel.getNextPublishSeqNo(), message);
			}
			this.channel.basicPublish(exchange, key, mandatory, properties, body);
		}
		catch (RuntimeException | Error ex) {
			breakOff();
			throw ex;
		}
		finally {
			this.publishing.unlock();
		}
	}

	/**
	 * A failure of a {@link Confirm} closes the channel, as {@link FaultHandler} logs.
	 */
	private void settle(long sequence, boolean multiple, boolean accepted) {
		List<Unconfirmed> settled = new ArrayList<>();
		synchronized (this.unconfirmed) {
			Iterator<Map.Entry<Long, Unconfirmed>> oldest = this.unconfirmed.entrySet().iterator();
			while (multiple && oldest.hasNext()) {
				Map.Entry<Long, Unconfirmed> each = oldest.next();
				if (each.getKey() >= sequence) {
					break;
				}
				settled.add(each.getValue());
				oldest.remove();
			}
			Unconfirmed named = this.unconfirmed.remove(sequence);
			if (named != null) {
				settled.add(named);
			}
		}
		settled.forEach((each) -> each.confirm().settled(accepted));
	}

	public int unconfirmed() {
		synchronized (this.unconfirmed) {
			return this.unconfirmed.size();
		}
	}

	/**
	 * Returns how long the broker has been taking messages since an uptime: the time
	 * before the end of a blockade does not count, nor does any during one.
	 */
	public Duration acceptingSince(Duration earlier) {
		Duration unblocked = this.unblockedAt;
		if (this.blocked) {
			return Duration.ZERO;
		}
		return this.uptime.since((unblocked.compareTo(earlier) > 0) ? unblocked : earlier);
	}

	/**
	 * Returns how long the oldest message has been waiting for its confirm, while the
	 * broker takes messages; zero if none is.
	 */
	public Duration oldestUnconfirmed() {
		synchronized (this.unconfirmed) {
			Iterator<Unconfirmed> all = this.unconfirmed.values().iterator();
			return all.hasNext() ? acceptingSince(all.next().handedOver()) : Duration.ZERO;
		}
	}

	/**
	 * Returns, by routing key, how many messages to an exchange have been unconfirmed for
	 * longer than a limit. Time in which the broker accepts no messages does not count.
	 */
	public Map<String, Integer> overdue(Duration limit) {
		Map<String, Integer> overdue = new TreeMap<>();
		synchronized (this.unconfirmed) {
			for (Unconfirmed each : this.unconfirmed.values()) {
				if (acceptingSince(each.handedOver()).compareTo(limit) <= 0) {
					break;
				}
				if (!each.key().isEmpty()) {
					overdue.merge(each.key(), 1, Integer::sum);
				}
			}
		}
		return overdue;
	}

	@FunctionalInterface
	public interface Confirm {

		/** For messages whose publisher need not know. */
		Confirm UNHEARD = (accepted) -> {
		};

		/**
		 * The broker has confirmed the message; called on the thread of the connection.
		 * @param accepted whether every queue took it
		 */
		void settled(boolean accepted);

	}

	/**
	 * A message that is not confirmed.
	 *
	 * @param key its routing key; empty if it went to a queue through no exchange
	 */
	private record Unconfirmed(Confirm confirm, Duration handedOver, String key) {

	}

}
