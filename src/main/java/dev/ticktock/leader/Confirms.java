package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
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

	/** How many events are named. */
	private static final int NAMED_AT_MOST = 10;

	private final Station station;

	private final Duration limit;

	private Duration looked = Duration.ZERO;

	private Duration asked = Duration.ZERO;

	private volatile Duration answered = Duration.ZERO;

	Confirms(Station station) {
		this.station = station;
		this.limit = station.context().properties().limit();
	}

	/**
	 * Checks whether the broker confirms messages.
	 * @throws BrokerUnavailableException if it does not
	 */
	void look() throws IOException, BrokerUnavailableException {
		ConfirmChannel channel = this.station.channel();
		Duration oldest = channel.oldestUnconfirmed();
		Duration soon = this.limit.dividedBy(3);
		if (oldest.compareTo(soon) > 0 && this.station.context().uptime().isOver(soon, this.asked)) {
			ask(channel);
		}
		if (oldest.compareTo(this.limit) <= 0) {
			return;
		}
		if (channel.acceptingSince(this.answered).compareTo(this.limit) > 0) {
			throw new BrokerUnavailableException(
					"Gave up leadership: the broker did not confirm a message within " + this.limit, null);
		}
		if (this.looked.isZero() || this.station.context().uptime().isOver(PAUSE, this.looked)) {
			this.looked = this.station.context().uptime().now();
			tell(channel.overdue(this.limit));
		}
	}

	private void ask(ConfirmChannel channel) throws IOException {
		this.asked = this.station.context().uptime().now();
		Trust trust = this.station.context().trust();
		Journal journal = this.station.journal();
		String queue = (journal != null) ? journal.queue() : this.station.context().topology().leaderQueue();
		channel.publish("", queue, false,
				(journal != null) ? ControlMessage.marker(UUID.randomUUID().toString(), null, trust).properties()
						: Token.ofCandidate().properties(trust),
				new byte[0], this::answered);
	}

	private void answered(boolean accepted) {
		if (accepted) {
			this.answered = this.station.context().uptime().now();
		}
	}

	private void tell(Map<String, Integer> overdue) throws BrokerUnavailableException {
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
