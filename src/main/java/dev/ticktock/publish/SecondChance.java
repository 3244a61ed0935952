package dev.ticktock.publish;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.message.TickMessage;
import dev.ticktock.publish.Listeners.Recipients;
import dev.ticktock.publish.QueueLook.Content;
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Uptime;

/**
 * Saves ticks that a queue refuses for no fault of its own.
 *
 * <p>
 * In the moment after a node of a cluster has died, RabbitMQ before 3.12.5 can take the
 * dead node for the leader of a quorum queue, and if a channel first publishes to the
 * queue then, it refuses whatever that channel publishes to it, for as long as the node
 * is away. On another channel the queue takes it. To publish there once more repeats the
 * tick for every other queue of its event, so that is done only if no queue of the event
 * can be full, as far as the broker lets anybody know: a full queue is empty nowhere.
 * Where it is not known who the queues are, at most two ticks of an event are tried.
 *
 * <p>
 * An event that the channel has had accepted is neither looked at nor sent again: a
 * broken channel would not have done that, so its queue was full for a while.
 *
 * <p>
 * <b>Fencing.</b> The other channels are on the connection that holds the baton, and
 * nothing is sent on them but by the thread that watches over the term. A replica that
 * was frozen or cut off for long enough to lose the baton has lost the connection, and
 * these channels with it. If the broker closes the baton's channel alone, or cancels its
 * consumer, one round can still be under way while another replica leads. What it sends
 * was published by this term before, so the other replica has it behind its cursor: the
 * worst is one more tick with the same message id.
 *
 * <p>
 * Called by the thread of the replica, except for {@link #settled}.
 */
public final class SecondChance {

	/** The shortest time between two rounds. */
	private static final Duration PACE = Duration.ofMillis(100);

	/** How long a round goes on, and how long one event may take in it. */
	private static final Duration ROUND = Duration.ofMillis(500);

	private static final Duration FINISH = Duration.ofSeconds(5);

	/** An event of more queues is left alone: to repeat its ticks would harm many. */
	static final int QUEUES = 1000;

	private final Suspects suspects;

	private final SpareChannel spare;

	private final QueueLook look;

	private final Listeners listeners;

	private final TermEnds ends;

	private final Uptime uptime;

	private Duration lastRound = Duration.ZERO;

	private boolean finishing;

	/**
	 * Creates the second chance of the ticks that are published on one channel.
	 * @param connection the connection of that channel
	 * @param message how the ticks are written there
	 * @param ends what the replica remembers of its other terms
	 */
	public SecondChance(BrokerConnection connection, String exchange, TickMessage message, Listeners listeners,
			TermEnds ends, Clock clock, Uptime uptime) {
		this.suspects = new Suspects(clock, uptime);
		this.spare = new SpareChannel(connection, exchange, message, this.suspects::settledElsewhere);
		this.look = new QueueLook(connection, uptime);
		this.listeners = listeners;
		this.ends = ends;
		this.uptime = uptime;
	}

	/**
	 * Hears what became of a tick; called on the thread of the connection. Never blocks.
	 */
	public void settled(Tick tick, boolean taken) {
		if (taken) {
			this.suspects.accepted(tick.event());
		}
		else {
			this.suspects.refused(tick);
		}
	}

	/**
	 * Says whether the term has to end because its channel is broken. A term that ought
	 * to end within an hour of the last that did goes on: what its channel is refused is
	 * published on another one every few seconds.
	 */
	public boolean endsTerm() {
		String event = this.suspects.broken();
		if (event != null && !this.ends.isNextDue()) {
			this.ends.putOff(event);
			return false;
		}
		return event != null;
	}

	/**
	 * Looks into queues and sends again what is due, for a second at most; the rest waits
	 * for the next call.
	 */
	public void advance() throws InterruptedException {
		if (this.uptime.isOver(PACE, this.lastRound)) {
			this.lastRound = this.uptime.now();
			round();
		}
	}

	private void round() throws InterruptedException {
		// What is lost with a channel is heard of here, too.
		if (this.spare.isWaiting()) {
			return;
		}
		Duration begun = this.uptime.now();
		this.look.begin();
		for (String event : this.suspects.due()) {
			if (this.uptime.isOver(ROUND, begun)) {
				return;
			}
			Verdict verdict = this.suspects.needsLook(event) ? judge(event) : Verdict.NOT_FULL;
			switch (verdict) {
				case NOT_FULL -> this.spare.publish(this.suspects.clear(event));
				case MAY_BE_FULL -> this.suspects.mayBeFull(event);
				case UNREACHABLE -> this.suspects.later(event);
				case UNANSWERED -> {
					return;
				}
			}
		}
	}

	private Verdict judge(String event) throws InterruptedException {
		Recipients recipients = this.listeners.of(event);
		Set<String> queues = recipients.queues();
		if (queues.size() > QUEUES) {
			return Verdict.MAY_BE_FULL;
		}
		Duration begun = this.uptime.now();
		boolean known = recipients.complete();
		boolean reachable = !known || !queues.isEmpty();
		for (String queue : queues) {
			Content content = this.look.into(queue);
			if (content == null) {
				return Verdict.UNANSWERED;
			}
			if (this.uptime.isOver(ROUND, begun)) {
				// It must not hold up the other events again and again.
				reachable = false;
				break;
			}
			switch (content) {
				case SOMETHING -> {
					return Verdict.MAY_BE_FULL;
				}
				case UNKNOWN -> known = false;
				case UNREACHABLE -> reachable = false;
				case NOTHING -> {
				}
			}
		}
		if (!reachable) {
			return this.finishing ? Verdict.MAY_BE_FULL : Verdict.UNREACHABLE;
		}
		// What has been accepted must not be tried blindly, even if it is forgotten.
		return (known || this.suspects.remembersAllAccepted()) ? Verdict.NOT_FULL : Verdict.MAY_BE_FULL;
	}

	/**
	 * Sends again whatever was refused and is still valid, unless a queue of its event
	 * may be full, and waits for the confirms. The term must have ended, and its channel
	 * must still be open, so that nobody else leads.
	 * @return how many ticks other channels have taken since the channel was opened
	 */
	public int finish() throws InterruptedException {
		this.finishing = true;
		this.ends.ended();
		this.suspects.hurry();
		Duration begun = this.uptime.now();
		for (int i = 0; i < FINISH.dividedBy(PACE) && isOpen() && !this.uptime.isOver(FINISH, begun); i++) {
			round();
			this.spare.await(PACE);
		}
		return this.spare.taken();
	}

	private boolean isOpen() {
		return this.spare.isWaiting() || this.suspects.isOpen();
	}

	/**
	 * What the queues of an event tell.
	 */
	private enum Verdict {

		/** No queue is full, or nobody can tell. */
		NOT_FULL,

		/** A queue may be full. */
		MAY_BE_FULL,

		/** A queue cannot be reached in time, or nobody is known to listen. */
		UNREACHABLE,

		/** The broker has not answered yet. */
		UNANSWERED

	}

}
