package dev.ticktock.leader;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Tick;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A term that lasts as long as one raw channel. It has to be the channel that holds what
 * makes this replica the leader: when the broker takes that back, the channel is dead,
 * and whoever wakes up late finds that nothing can be published any more.
 */
final class ChannelTerm implements Term {

	private static final Logger logger = LoggerFactory.getLogger(ChannelTerm.class);

	private final Channel channel;

	private final String exchange;

	private final TickMessage message;

	private final Cursor start;

	private final Consumer<Cursor> progress;

	private final TickMeters meters;

	private final Clock clock;

	/** Held while publishing: a channel takes the frames of one thread at a time. */
	private final ReentrantLock publishing = new ReentrantLock();

	private final ConcurrentNavigableMap<Long, Unconfirmed> unconfirmed = new ConcurrentSkipListMap<>();

	private volatile boolean blocked;

	private volatile boolean ended;

	/**
	 * Creates a term on an open channel.
	 * @param start the last tick that was published before
	 * @param progress told of each tick before it is handed to the broker
	 */
	ChannelTerm(Channel channel, String exchange, TickMessage message, Cursor start, Consumer<Cursor> progress,
			TickMeters meters, Clock clock) {
		this.channel = channel;
		this.exchange = exchange;
		this.message = message;
		this.start = start;
		this.progress = progress;
		this.meters = meters;
		this.clock = clock;
	}

	/**
	 * Asks the broker for confirms and listens to them; before the first tick.
	 */
	void begin() throws IOException {
		this.channel.getConnection().addBlockedListener(new Blockade());
		this.channel.addConfirmListener((sequence, multiple) -> settle(sequence, multiple, true),
				(sequence, multiple) -> settle(sequence, multiple, false));
		this.channel.confirmSelect();
	}

	@Override
	public Cursor start() {
		return this.start;
	}

	@Override
	public boolean accepting() {
		return !this.blocked;
	}

	@Override
	public void publish(List<Tick> ticks) throws TermEndedException {
		this.publishing.lock();
		try {
			for (Tick tick : ticks) {
				publish(tick);
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new TermEndedException("the channel has closed: " + BrokerConnection.reason(ex), ex);
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void publish(Tick tick) throws IOException, TermEndedException {
		if (this.ended) {
			throw new TermEndedException("the term has ended", null);
		}
		this.progress.accept(new Cursor(tick.slot(), tick.event()));
		this.unconfirmed.put(this.channel.getNextPublishSeqNo(), new Unconfirmed(tick, System.nanoTime()));
		// Not mandatory: a tick that nobody waits for is no fault.
		this.channel.basicPublish(this.exchange, tick.event(), false, this.message.properties(tick),
				this.message.body(tick));
		logger.debug("Published {} of {}", tick.event(), tick.slot());
	}

	private void settle(long sequence, boolean multiple, boolean accepted) {
		Instant now = this.clock.instant();
		Map<Long, Unconfirmed> settled = multiple ? this.unconfirmed.headMap(sequence, true)
				: this.unconfirmed.subMap(sequence, true, sequence, true);
		for (Unconfirmed each : settled.values()) {
			if (accepted) {
				this.meters.published(Duration.between(each.tick().slot(), now));
			}
			else {
				this.meters.refused();
				logger.warn("A queue refused the tick of {} at {}; it is not sent again, the other queues have it",
						each.tick().event(), each.tick().slot());
			}
		}
		settled.clear();
	}

	/**
	 * Returns how long the oldest tick has been waiting for its confirm; zero if none is.
	 */
	Duration oldestUnconfirmed() {
		Map.Entry<Long, Unconfirmed> oldest = this.unconfirmed.firstEntry();
		return (oldest != null) ? Duration.ofNanos(System.nanoTime() - oldest.getValue().handedOver()) : Duration.ZERO;
	}

	/**
	 * Ends the term: the ticks that are being handed over are finished, no others begin.
	 * Returns when all are confirmed or the time is up.
	 */
	void end(Duration patience) {
		this.ended = true;
		try {
			if (this.publishing.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
				try {
					this.channel.waitForConfirms(Math.max(1, patience.toMillis()));
				}
				finally {
					this.publishing.unlock();
				}
			}
		}
		catch (TimeoutException | ShutdownSignalException | IllegalStateException ex) {
			logger.warn("Ended the term with {} ticks unconfirmed: {}", this.unconfirmed.size(),
					BrokerConnection.reason(ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Unconfirmed(Tick tick, long handedOver) {

	}

	/**
	 * Hears that the broker takes no messages, which RabbitMQ does when it is short of
	 * memory or disk, and that it does again.
	 */
	private final class Blockade implements BlockedListener {

		@Override
		public void handleBlocked(String reason) {
			ChannelTerm.this.blocked = true;
			logger.warn("The broker takes no messages ({}); ticks wait until it does or they expire", reason);
		}

		@Override
		public void handleUnblocked() {
			ChannelTerm.this.blocked = false;
			logger.info("The broker takes messages again");
		}

	}

}
