package dev.ticktock.publish;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * Saves ticks that a queue refuses for no fault of its own.
 *
 * <p>
 * In the moment after a node of a cluster has died, RabbitMQ can take a dead node for the
 * leader of a quorum queue, and if a channel first publishes to the queue then, it
 * refuses whatever that channel publishes to it from then on (seen with 3.10.8). On
 * another channel the queue takes it. So what is refused on a channel that has never had
 * an event accepted is tried on another one, twice, with a tick that counts for all. If
 * that is accepted, the term has to end, since a new one begins with a new channel; and
 * all that was refused is sent once more. The other queues of those events get it a
 * second time, with the same message id, which is better than one queue without it.
 *
 * <p>
 * An event that the channel has had accepted since is neither tried nor sent again: a
 * broken channel would not have done that, so its queue was full for a while.
 */
public final class SecondChance {

	/** How long after the first refusal to try. */
	private static final List<Duration> ATTEMPTS = List.of(Duration.ofSeconds(2), Duration.ofSeconds(8));

	private static final Duration CONFIRM = Duration.ofSeconds(2);

	private static final Duration CONFIRMS = Duration.ofSeconds(5);

	private static final int AT_MOST = 100_000;

	private final Set<String> accepted = ConcurrentHashMap.newKeySet();

	private final Queue<Tick> refused = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private final String exchange;

	private final TickMessage message;

	private final Clock clock;

	private final Uptime uptime;

	private volatile @Nullable Duration firstRefused;

	private final AtomicInteger attempts = new AtomicInteger();

	/**
	 * Creates the second chance of one channel's ticks.
	 */
	public SecondChance(String exchange, TickMessage message, Clock clock, Uptime uptime) {
		this.exchange = exchange;
		this.message = message;
		this.clock = clock;
		this.uptime = uptime;
	}

	/** Hears what became of a tick; called on the thread of the connection. */
	public void settled(Tick tick, boolean taken) {
		if (this.attempts.get() == ATTEMPTS.size()) {
			return;
		}
		if (taken) {
			this.accepted.add(tick.event());
		}
		else if (!this.accepted.contains(tick.event()) && this.waiting.get() < AT_MOST) {
			this.waiting.incrementAndGet();
			this.refused.add(tick);
			if (this.firstRefused == null) {
				this.firstRefused = this.uptime.now();
			}
		}
	}

	/** Says whether it is time to try. */
	public boolean isDue() {
		int made = this.attempts.get();
		Duration since = this.firstRefused;
		return since != null && made < ATTEMPTS.size() && this.uptime.isOver(ATTEMPTS.get(made), since);
	}

	/**
	 * Tries with one tick. After the last attempt the queue counts as full, and what it
	 * refuses is only counted.
	 * @return whether it was accepted
	 */
	public boolean isAcceptedOn(Channel other) throws IOException, InterruptedException {
		Tick probe = this.refused.peek();
		while (probe != null && !isWanting(probe)) {
			forget();
			probe = this.refused.peek();
		}
		if (probe == null) {
			// Nothing was tried, so that no attempt is used up.
			this.firstRefused = null;
			if (!this.refused.isEmpty()) {
				// Refused in between, by the thread of the connection.
				this.firstRefused = this.uptime.now();
			}
			return false;
		}
		boolean last = this.attempts.incrementAndGet() == ATTEMPTS.size();
		boolean taken = isTaken(other, probe);
		if (!taken && last) {
			this.refused.clear();
			this.accepted.clear();
		}
		return taken;
	}

	private boolean isTaken(Channel other, Tick probe) throws IOException, InterruptedException {
		other.confirmSelect();
		publish(other, probe);
		boolean taken = confirmed(other, CONFIRM);
		if (taken) {
			forget();
		}
		return taken;
	}

	private void forget() {
		if (this.refused.poll() != null) {
			this.waiting.decrementAndGet();
		}
	}

	/**
	 * Sends all that was refused once more, what is still valid of it. The term must have
	 * ended.
	 * @return how many ticks that were
	 */
	public int sendAgain(Channel other) throws IOException, InterruptedException {
		int sent = 1;
		for (@Nullable
		Tick tick = this.refused.poll(); tick != null; tick = this.refused.poll()) {
			if (isWanting(tick)) {
				publish(other, tick);
				sent++;
			}
		}
		confirmed(other, CONFIRMS);
		return sent;
	}

	/** Says whether a tick is still valid, and its event still without success. */
	private boolean isWanting(Tick tick) {
		return !this.accepted.contains(tick.event()) && tick.validUntil().isAfter(this.clock.instant());
	}

	private void publish(Channel channel, Tick tick) throws IOException {
		channel.basicPublish(this.exchange, tick.event(), false, this.message.properties(tick),
				this.message.body(tick));
	}

	private static boolean confirmed(Channel channel, Duration patience) throws InterruptedException {
		try {
			return channel.waitForConfirms(patience.toMillis());
		}
		catch (TimeoutException | ShutdownSignalException ex) {
			return false;
		}
	}

}
