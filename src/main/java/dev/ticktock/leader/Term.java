package dev.ticktock.leader;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.ConfirmChannel.Confirm;
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
 * The time during which this replica publishes. It lasts as long as one raw channel, the
 * one that holds the baton: when the broker takes that back, the channel is dead, and a
 * leader that wakes up late cannot publish any more. A term that has ended never
 * publishes again.
 *
 * <p>
 * Called by the ticker, and by the thread of the replica for checkpoints and the end. The
 * monitor is held while the ticks of a slot are published: a term ends between slots.
 */
public final class Term {

	private static final Logger logger = LoggerFactory.getLogger(Term.class);

	private static final int NAMED_AT_MOST = 10;

	/** How many schedules that are due once are added before a checkpoint of all. */
	static final int ADDED = 10_000;

	/** How often a checkpoint is encoded while ticks are published. */
	private static final int ATTEMPTS = 3;

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

	/** Whether the journal's last checkpoint is not what this term begins with. */
	private boolean differs;

	/** Whether this term has written a checkpoint. */
	private boolean checkpointed;

	/** How many schedules that are due once have been added since the last checkpoint. */
	private int added;

	/** How often the progress has changed. */
	private long changes;

	private boolean caughtUp;

	private volatile boolean ended;

	/**
	 * Creates a term.
	 * @param id the name of the term in the journal
	 * @param journal the queue that checkpoints are written to; {@code null} if there is
	 * no journal
	 * @param progress what is known to be done; the term's own from now on
	 * @param began the uptime at which it began
	 */
	public Term(String id, ConfirmChannel channel, String exchange, @Nullable String journal, TickMessage message,
			Progress progress, Duration began, Trust trust, Clock clock, Listener listener) {
		this.id = id;
		this.channel = channel;
		this.exchange = exchange;
		this.journal = journal;
		this.message = message;
		this.progress = progress;
		this.first = progress.isBeforeAnyLeader();
		this.differs = this.first;
		this.began = began;
		this.trust = trust;
		this.clock = clock;
		this.listener = listener;
		this.cursor = progress.cursor();
	}

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
	public Cursor done() {
		Instant until = this.drained;
		if (until == null) {
			return this.cursor;
		}
		// After the clock was set back, slots up to the old instant may still come: of
		// schedules that are new since. The cursor has the last tick published.
		Instant now = this.clock.instant();
		return this.cursor.max(Cursor.at(until.isAfter(now) ? now : until));
	}

	/**
	 * Returns the uptime at which the term began. An answer of the broker to an earlier
	 * request may be out of date, because another replica led.
	 */
	public Duration began() {
		return this.began;
	}

	/**
	 * Whether the broker accepts messages at the moment. While it does not, ticks should
	 * wait for it here, where they can expire, and not in its buffers.
	 */
	public boolean accepting() {
		return this.channel.accepting();
	}

	/**
	 * Whether workers may have registered schedules that are not among those covered
	 * last. Only a listing that was made since the term began ends this doubt.
	 */
	public synchronized boolean inDoubt() {
		return this.progress.inDoubt();
	}

	/**
	 * Takes the schedules that the ticks of this term will be of, at its beginning and
	 * whenever they change, and makes what has changed known to the leaders to come.
	 * @return for each of the schedules, the instant after which it starts if the ticker
	 * does not have it yet
	 * @throws TermEndedException if the term has ended
	 */
	public synchronized Function<Schedule, Instant> cover(Schedules schedules) throws TermEndedException {
		throwIfEnded();
		boolean begins = !this.covers;
		Function<Schedule, Instant> starts = this.progress.cover(schedules, schedules.isCompleteSince(this.began),
				this.clock.instant());
		this.covers = true;
		if (begins) {
			nameDropped(this.progress.dropped());
		}
		// The last checkpoint has them, if none is new, dropped or another.
		if (this.differs || this.progress.hasChanged()) {
			this.differs = false;
			this.changes++;
			writeCheckpoint();
		}
		else {
			add(this.progress.additions());
		}
		return starts;
	}

	/** Readers keep what is added until the next checkpoint. */
	private void add(Checkpoint additions) throws TermEndedException {
		int more = additions.schedules().size();
		this.added += more;
		if (this.added > ADDED) {
			this.changes++;
			writeCheckpoint();
		}
		else if (more > 0) {
			this.changes++;
			write(ControlMessage.added(additions, this.id, this.trust));
		}
	}

	/**
	 * Takes what is on hold, and makes that known to the leaders to come.
	 * @return for each schedule, the instant after which it goes on; {@code null} if
	 * nothing has changed
	 * @throws TermEndedException if the term has ended
	 */
	public synchronized @Nullable Function<Schedule, Instant> hold(Schedules listed) throws TermEndedException {
		if (!this.progress.hold(listed, listed.isCompleteSince(this.began), this.clock.instant())) {
			return null;
		}
		if (this.covers) {
			this.changes++;
			writeCheckpoint();
		}
		else {
			this.differs = true;
		}
		return this.progress.starts();
	}

	/** Returns the latest instant until which anything is done. */
	synchronized Instant latest() {
		return this.progress.latest();
	}

	/** Returns how many schedules a checkpoint has. */
	synchronized int schedules() {
		return this.progress.size();
	}

	/** Whether the slots of an event pass without a tick. */
	public synchronized boolean isHeld(String event) {
		return this.progress.isHeld(event);
	}

	/** Otherwise a roll-back would lose the slots of these schedules without a trace. */
	private void nameDropped(List<String> dropped) {
		if (!dropped.isEmpty()) {
			logger.warn("The leader before had {} more configured schedules, which are no longer published: {}{}",
					dropped.size(), dropped.stream().limit(NAMED_AT_MOST).toList(),
					(dropped.size() > NAMED_AT_MOST) ? " and others" : "");
		}
	}

	/**
	 * Hands ticks to the broker in the given order, without waiting for its confirms, up
	 * to the first that has expired or that the broker does not take.
	 * @param ticks what is due next and has not been published; may be empty
	 * @return how many have been handed over
	 * @throws TermEndedException if the term has ended, before, between or after these
	 * ticks: which of them were published is known at the start of the next term
	 */
	public synchronized int publish(List<Tick> ticks) throws TermEndedException {
		int published = 0;
		boolean debug = logger.isDebugEnabled();
		for (Tick tick : ticks) {
			if (!accepting() || !tick.validUntil().isAfter(this.clock.instant())) {
				return published;
			}
			handToBroker(tick, this.message.properties(tick), this.message.body(tick));
			if (debug) {
				logger.debug("Published {} of {}", tick.event(), tick.slot());
			}
			published++;
		}
		return published;
	}

	private void handToBroker(Tick tick, AMQP.BasicProperties properties, byte[] body) throws TermEndedException {
		try {
			// Before it is sent: a tick whose fate is unknown is left to the journal.
			this.changes++;
			this.progress.published(tick.event(), tick.slot());
			this.cursor = this.progress.cursor();
			send(this.exchange, tick.event(), properties, body,
					(accepted) -> this.listener.settled(tick, properties.getCorrelationId(), accepted));
		}
		catch (RuntimeException | Error ex) {
			// It counts as published, so this term cannot publish it again.
			this.channel.breakOff();
			throw ex;
		}
	}

	/**
	 * Writes down which slots will not be published. Comes before the ticks that follow
	 * them: the next leader either reads it or skips the same slots again. Slots that are
	 * found before the first leader of all has caught up do not count, because no leader
	 * had promised them.
	 * @param written called on the thread of the connection when the broker has the
	 * record. Before that, the slots do not count as skipped: a leader that has lost the
	 * baton and does not know it yet skips slots that others have published
	 * @throws TermEndedException if the term has ended
	 */
	public synchronized void skipped(Skipping skipping, Runnable written) throws TermEndedException {
		this.changes++;
		this.progress.skipped(skipping.slots());
		if (this.first && !this.caughtUp) {
			// The checkpoint that follows has them.
			return;
		}
		if (this.journal != null) {
			ControlMessage record = ControlMessage.skipped(skipping, this.trust);
			send("", this.journal, record.properties(), record.body(), (accepted) -> written.run());
		}
		else {
			this.listener.skipped(skipping);
			written.run();
		}
	}

	/**
	 * Records that nothing that was due is left: it has been handed over, or has expired.
	 * @param until the instant up to and including which that holds
	 * @throws TermEndedException if the term has ended
	 */
	public synchronized void caughtUp(Instant until) throws TermEndedException {
		this.drained = until;
		if (!this.caughtUp) {
			this.caughtUp = true;
			if (this.first) {
				writeCheckpoint();
			}
			this.listener.caughtUp();
		}
	}

	/**
	 * Whether this term has caught up and goes on from a checkpoint of the term before.
	 * That may be far back, and what did not count for this leader may count for others.
	 */
	synchronized boolean lacksCheckpoint() {
		return this.journal != null && this.caughtUp && !this.checkpointed;
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
			Checkpoint checkpoint;
			long before;
			synchronized (this) {
				if (!this.covers || this.journal == null) {
					return;
				}
				checkpoint = this.progress.checkpoint();
				before = this.changes;
			}
			ControlMessage record = ControlMessage.checkpoint(checkpoint, this.id, this.trust);
			synchronized (this) {
				if (before == this.changes) {
					writeCheckpoint(record);
					return;
				}
			}
		}
		synchronized (this) {
			writeCheckpoint();
		}
	}

	private void writeCheckpoint() throws TermEndedException {
		writeCheckpoint(ControlMessage.checkpoint(this.progress.checkpoint(), this.id, this.trust));
	}

	private void writeCheckpoint(ControlMessage record) throws TermEndedException {
		write(record);
		this.checkpointed = true;
		this.added = 0;
	}

	private void write(ControlMessage record) throws TermEndedException {
		if (this.journal != null) {
			send("", this.journal, record.properties(), record.body(), Confirm.UNHEARD);
		}
	}

	private void send(String to, String key, AMQP.BasicProperties properties, byte[] body, Confirm confirm)
			throws TermEndedException {
		throwIfEnded();
		try {
			// With a journal, at least the journal has to get it.
			this.channel.publish(to, key, this.journal != null, properties, body, confirm);
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new TermEndedException("the channel has closed: " + BrokerConnection.reason(ex), ex);
		}
	}

	private void throwIfEnded() throws TermEndedException {
		if (this.ended) {
			throw new TermEndedException("the term has ended", null);
		}
	}

	/** Ends the term after the slot that is being published. */
	synchronized void finish() {
		this.ended = true;
	}

	/** Ends the term at once. */
	void end() {
		this.ended = true;
	}

	/**
	 * Called as a term goes on. Must not block.
	 */
	public interface Listener {

		/**
		 * The broker has confirmed a tick; called on the thread of the connection.
		 * @param accepted whether every queue accepted it
		 */
		void settled(Tick tick, String correlationId, boolean accepted);

		/** Slots are skipped, which no journal has; called on the ticker's thread. */
		default void skipped(Skipping skipping) {
		}

		/**
		 * All that was due when the term began has been handed to the broker; called
		 * once, on the ticker's thread.
		 */
		default void caughtUp() {
		}

	}

}
