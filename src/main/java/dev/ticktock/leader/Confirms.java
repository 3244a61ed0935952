package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the confirms of a leader. A message that is not confirmed within the limit may
 * wait for one queue of a worker, and another leader would wait for it as well. So a
 * message to the journal alone, or to the leader queue if there is no journal, follows
 * it. If the broker confirms that, only the queue of the worker is stuck, and the term
 * goes on. Called by one thread.
 */
final class Confirms {

	private static final Logger logger = LoggerFactory.getLogger(Confirms.class);

	/** How many ticks may wait for queues that do not confirm. */
	static final int MOST = 100_000;

	/** How often they are counted and logged. */
	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final int NAMED_AT_MOST = 10;

	private final ConfirmChannel channel;

	private final String queue;

	private final boolean journal;

	private final Trust trust;

	private final Duration limit;

	private final Uptime uptime;

	private Duration counted = Duration.ZERO;

	private Duration asked = Duration.ZERO;

	private volatile Duration answered = Duration.ZERO;

	/**
	 * Creates an instance for one term.
	 * @param queue the queue that has to confirm
	 * @param journal whether it is the journal
	 */
	Confirms(ConfirmChannel channel, String queue, boolean journal, Trust trust, Duration limit, Uptime uptime) {
		this.channel = channel;
		this.queue = queue;
		this.journal = journal;
		this.trust = trust;
		this.limit = limit;
		this.uptime = uptime;
	}

	/**
	 * Checks whether the broker confirms messages.
	 * @throws BrokerUnavailableException if it does not
	 */
	void check() throws IOException, BrokerUnavailableException {
		Duration oldest = this.channel.oldestUnconfirmed();
		Duration soon = this.limit.dividedBy(3);
		if (oldest.compareTo(soon) > 0 && this.uptime.isOver(soon, this.asked)) {
			ask();
		}
		if (oldest.compareTo(this.limit) <= 0) {
			return;
		}
		if (this.channel.acceptingSince(this.answered).compareTo(this.limit) > 0) {
			throw new BrokerUnavailableException(
					"Gave up leadership: the broker did not confirm a message within " + this.limit, null);
		}
		if (this.counted.isZero() || this.uptime.isOver(PAUSE, this.counted)) {
			this.counted = this.uptime.now();
			count(this.channel.overdue(this.limit));
		}
	}

	private void ask() throws IOException {
		this.asked = this.uptime.now();
		AMQP.BasicProperties question = this.journal
				? ControlMessage.marker(UUID.randomUUID().toString(), null, this.trust).properties()
				: Token.ofCandidate().properties(this.trust);
		this.channel.publish("", this.queue, false, question, new byte[0], (accepted) -> {
			if (accepted) {
				this.answered = this.uptime.now();
			}
		});
	}

	private void count(Map<String, Integer> overdue) throws BrokerUnavailableException {
		int ticks = overdue.values().stream().mapToInt(Integer::intValue).sum();
		if (ticks > MOST) {
			throw new BrokerUnavailableException(
					"Gave up leadership: queues have not confirmed %d ticks".formatted(ticks), null);
		}
		if (ticks > 0) {
			logger.warn("A queue has not confirmed {} ticks within {} s, of {}{}; the other queues receive them", ticks,
					this.limit.toSeconds(), overdue.keySet().stream().limit(NAMED_AT_MOST).toList(),
					(overdue.size() > NAMED_AT_MOST) ? " and %d more events".formatted(overdue.size() - NAMED_AT_MOST)
							: "");
		}
	}

}
