package dev.ticktock.leader;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.Confirm;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A term that lasts as long as one raw channel. It is the channel that holds the baton:
 * when the broker takes that back, the channel is dead, and a leader that wakes up late
 * cannot publish any more.
 */
public final class ChannelTerm implements Term {

	private static final Logger logger = LoggerFactory.getLogger(ChannelTerm.class);

	/** How many events are named. */
	private static final int NAMED_AT_MOST = 10;

	/** How often a checkpoint is encoded while ticks are published. */
	private static final int ATTEMPTS = 3;

	/** Held while the ticks of a slot are published: a term ends between slots. */
	private final ReentrantLock publishing = new ReentrantLock();

	private final String id;

	private final ConfirmChannel channel;

	private final String exchange;

	private final @Nullable String journal;

	private final TickMessage message;

	private final Progress progress;

	private final boolean first;

	private final Duration began;

	private final Trust trust;

	private final Clock clock;

	private final Listener listener;

	private volatile Cursor cursor;

	/** Up to where nothing that was due is left; {@code null} until the ticker says. */
	private volatile @Nullable Instant drained;

	private boolean covers;

	/** How often the progress has changed. */
	private long changes;

	private boolean caughtUp;

	private boolean ended;

	/**
	 * Creates a term.
	 * @param id the name of the term in the journal
	 * @param journal the queue that checkpoints are written to; {@code null} if there is
	 * no journal
	 * @param progress what is known to be done; the term's own from now on
	 * @param began the uptime at which it began
	 * @param listener called when ticks are published, confirmed and skipped
	 */
	public ChannelTerm(String id, ConfirmChannel channel, String exchange, @Nullable String journal,
			TickMessage message, Progress progress, Duration began, Trust trust, Clock clock, Listener listener) {
		this.id = id;
		this.channel = channel;
		this.exchange = exchange;
		this.journal = journal;
		this.message = message;
		this.progress = progress;
		this.first = progress.isBeforeAnyLeader();
		this.began = began;
		this.trust = trust;
		this.clock = clock;
		this.listener = listener;
		this.cursor = progress.cursor();
	}

	/** Returns the name of the term in the journal. */
	String id() {
		return this.id;
	}

	/** Returns the last tick that was handed to the broker. */
	public Cursor cursor() {
		return this.cursor;
	}

	/**
	 * Returns up to where there is nothing left to publish: the last tick that was handed
	 * to the broker, or the instant up to which the ticker has found nothing more to be
	 * due, whichever is later. Ticks that wait for the broker lie behind it.
	 */
	Cursor done() {
		Instant until = this.drained;
		if (until == null) {
			return this.cursor;
		}
		// After the clock was set back, slots up to the old instant may still come: of
		// schedules that are new since. The cursor has the last tick published.
		Instant now = this.clock.instant();
		return this.cursor.max(Cursor.at(until.isAfter(now) ? now : until));
	}

	@Override
	public Duration began() {
		return this.began;
	}

	@Override
	public boolean accepting() {
		return this.channel.accepting();
	}

	@Override
	public Function<Schedule, Cursor> cover(Schedules schedules) throws TermEndedException {
		this.publishing.lock();
		try {
			if (!this.covers) {
				tellDropped(schedules);
			}
			Function<Schedule, Cursor> starts = this.progress.cover(schedules, schedules.isCompleteSince(this.began),
					this.clock.instant());
			this.covers = true;
			this.changes++;
			writeCheckpoint();
			return starts;
		}
		finally {
			this.publishing.unlock();
		}
	}

	@Override
	public boolean inDoubt() {
		return this.progress.inDoubt();
	}

	/** Otherwise a roll-back would lose the slots of these schedules without a trace. */
	private void tellDropped(Schedules schedules) {
		List<String> dropped = this.progress.configuredBesides(schedules);
		if (!dropped.isEmpty()) {
			logger.warn("The leader before had {} more configured schedules, which are no longer published: {}{}",
					dropped.size(), dropped.stream().limit(NAMED_AT_MOST).toList(),
					(dropped.size() > NAMED_AT_MOST) ? " and others" : "");
		}
	}

	/**
	 * Writes down how far this term is and which schedules that holds for. With many
	 * schedules, encoding takes a while, and ticks go on meanwhile. If some do, the
	 * checkpoint is out of date and another is made: a reader may begin between their
	 * records and this one. The last attempt lets ticks wait.
	 * @throws TermEndedException if the term has ended
	 */
	void checkpoint() throws TermEndedException {
		for (int i = 0; i < ATTEMPTS; i++) {
			Snapshot snapshot = snapshot();
			if (snapshot == null || isWritten(snapshot)) {
				return;
			}
		}
		this.publishing.lock();
		try {
			writeCheckpoint();
		}
		finally {
			this.publishing.unlock();
		}
	}

	private @Nullable Snapshot snapshot() {
		this.publishing.lock();
		try {
			return (this.covers && this.journal != null) ? new Snapshot(this.progress.checkpoint(), this.changes)
					: null;
		}
		finally {
			this.publishing.unlock();
		}
	}

	private boolean isWritten(Snapshot snapshot) throws TermEndedException {
		ControlMessage record = ControlMessage.checkpoint(snapshot.checkpoint(), this.id, this.trust);
		this.publishing.lock();
		try {
			if (this.journal == null || snapshot.changes() != this.changes) {
				return false;
			}
			send("", this.journal, record.properties(), record.body(), Confirm.UNHEARD);
			return true;
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void writeCheckpoint() throws TermEndedException {
		if (this.journal != null) {
			ControlMessage record = ControlMessage.checkpoint(this.progress.checkpoint(), this.id, this.trust);
			send("", this.journal, record.properties(), record.body(), Confirm.UNHEARD);
		}
	}

	@Override
	public int publish(List<Tick> ticks) throws TermEndedException {
		this.publishing.lock();
		try {
			int published = 0;
			for (Tick tick : ticks) {
				if (!accepting() || !tick.validUntil().isAfter(this.clock.instant())) {
					return published;
				}
				handToBroker(tick, this.message.properties(tick), this.message.body(tick));
				logger.debug("Published {} of {}", tick.event(), tick.slot());
				published++;
			}
			return published;
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void handToBroker(Tick tick, AMQP.BasicProperties properties, byte[] body) throws TermEndedException {
		try {
			// Before it is sent: a tick whose fate is unknown is left to the journal.
			this.changes++;
			this.progress.published(tick.event(), tick.slot());
			this.cursor = this.progress.cursor();
			send(this.exchange, tick.event(), properties, body, (accepted) -> this.listener.settled(tick, accepted));
		}
		catch (RuntimeException | Error ex) {
			// It counts as published, so this term cannot publish it again.
			this.channel.breakOff();
			throw ex;
		}
	}

	@Override
	public void caughtUp(Instant until) throws TermEndedException {
		this.publishing.lock();
		try {
			this.drained = until;
			if (!this.caughtUp) {
				this.caughtUp = true;
				if (this.first) {
					writeCheckpoint();
				}
				this.listener.caughtUp();
			}
		}
		finally {
			this.publishing.unlock();
		}
	}

	@Override
	public void skipped(Skipping skipping, Runnable written) throws TermEndedException {
		this.publishing.lock();
		try {
			this.changes++;
			this.progress.skipped(skipping.slots());
			if (this.first && !this.caughtUp) {
				// No leader had promised these. The checkpoint that follows has them.
				return;
			}
			if (this.journal != null) {
				ControlMessage record = ControlMessage.skipped(skipping, this.trust);
				send("", this.journal, record.properties(), record.body(), (accepted) -> written.run());
			}
			else {
				written.run();
			}
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void send(String to, String key, AMQP.BasicProperties properties, byte[] body, Confirm confirm)
			throws TermEndedException {
		if (this.ended) {
			throw new TermEndedException("the term has ended", null);
		}
		try {
			// With a journal, at least the journal has to get it.
			this.channel.publish(to, key, this.journal != null, properties, body, confirm);
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new TermEndedException("the channel has closed: " + BrokerConnection.reason(ex), ex);
		}
	}

	/**
	 * Ends the term: the slot that is being published is finished, no other begins.
	 * @param patience how long to wait for that
	 */
	public void end(Duration patience) {
		try {
			boolean finished = this.publishing.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
			this.ended = true;
			if (finished) {
				this.publishing.unlock();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Snapshot(Checkpoint checkpoint, long changes) {

	}

	/**
	 * Called as a term goes on. Must not block.
	 */
	public interface Listener {

		/**
		 * The broker has confirmed a tick; called on the thread of the connection.
		 * @param accepted whether every queue accepted it
		 */
		void settled(Tick tick, boolean accepted);

		/**
		 * All that was due when the term began has been handed to the broker; called
		 * once, on the ticker's thread.
		 */
		void caughtUp();

	}

}
