package dev.ticktock.publish;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Standings;
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

	/** How long a message that is published alone may be unconfirmed. */
	private static final Duration ALONE = Duration.ofSeconds(10);

	/** Held while the ticks of a slot are published: a term ends between slots. */
	private final ReentrantLock publishing = new ReentrantLock();

	private final ConfirmChannel channel;

	private final String exchange;

	private final @Nullable String journal;

	private final TickMessage message;

	private final String id;

	private final Standings standings;

	private final boolean first;

	private final Duration began;

	private final Trust trust;

	private final Clock clock;

	private final TermListener listener;

	private volatile Cursor cursor;

	/** Up to where nothing that was due is left; {@code null} until the ticker says. */
	private volatile @Nullable Instant drained;

	private boolean oneAtATime;

	/** The tick that is published alone; {@code null} if none is, or it is confirmed. */
	private volatile @Nullable Tick underWay;

	private boolean covers;

	private boolean caughtUp;

	private boolean ended;

	/**
	 * Creates a term.
	 * @param journal the queue that checkpoints are written to; {@code null} if there is
	 * no journal
	 * @param id the id of the term
	 * @param standings what is known to be published; the term's own from now on
	 * @param began the uptime at which it began
	 * @param listener told how it goes
	 */
	public ChannelTerm(ConfirmChannel channel, String exchange, @Nullable String journal, TickMessage message,
			String id, Standings standings, Duration began, Trust trust, Clock clock, TermListener listener) {
		this.channel = channel;
		this.exchange = exchange;
		this.journal = journal;
		this.message = message;
		this.id = id;
		this.standings = standings;
		this.first = standings.areNew();
		this.began = began;
		this.trust = trust;
		this.clock = clock;
		this.listener = listener;
		this.cursor = standings.cursor();
	}

	/**
	 * Publishes each message only after the broker has confirmed the one before. Called
	 * before the ticker knows the term.
	 */
	public void publishOneAtATime() {
		this.oneAtATime = true;
	}

	/**
	 * Returns the only tick that is not confirmed; {@code null} if there is none, or may
	 * be several.
	 */
	public @Nullable Tick underWay() {
		return this.underWay;
	}

	/** Returns the last tick that was handed to the broker. */
	public Cursor cursor() {
		return this.cursor;
	}

	/**
	 * Returns up to where there is nothing left to publish: the last tick that was handed
	 * to the broker, or the instant up to which the ticker has found nothing more to be
	 * due, whichever is later. What waits for the broker lies behind it.
	 */
	public Cursor done() {
		Instant until = this.drained;
		if (until == null) {
			return this.cursor;
		}
		// After the clock was set back, slots up to the old instant may still come: of
		// schedules that are new since. What has been published is at the cursor.
		Instant now = this.clock.instant();
		return this.cursor.max(Cursor.at(until.isAfter(now) ? now : until));
	}

	@Override
	public Duration began() {
		return this.began;
	}

	@Override
	public boolean isFirst() {
		return this.first;
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
			Function<Schedule, Cursor> starts = this.standings.cover(schedules, schedules.isCompleteSince(this.began),
					this.clock.instant());
			this.covers = true;
			writeCheckpoint();
			return starts;
		}
		finally {
			this.publishing.unlock();
		}
	}

	@Override
	public boolean inDoubt() {
		return this.standings.inDoubt();
	}

	/** Otherwise a roll-back would lose the slots of these schedules without a trace. */
	private void tellDropped(Schedules schedules) {
		List<String> dropped = this.standings.configuredBesides(schedules);
		if (!dropped.isEmpty()) {
			logger.warn("The leader before had {} more configured schedules, which are no longer published: {}{}",
					dropped.size(), dropped.stream().limit(NAMED_AT_MOST).toList(),
					(dropped.size() > NAMED_AT_MOST) ? " and others" : "");
		}
	}

	/**
	 * Writes down how far this term is and which schedules that holds for.
	 * @throws TermEndedException if the term has ended
	 */
	public void checkpoint() throws TermEndedException {
		this.publishing.lock();
		try {
			if (this.covers) {
				writeCheckpoint();
			}
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void writeCheckpoint() throws TermEndedException {
		if (this.journal != null) {
			ControlMessage record = ControlMessage.checkpoint(this.standings.checkpoint(), this.id, this.trust);
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
			this.standings.published(tick.event(), tick.slot());
			this.cursor = this.standings.cursor();
			if (this.oneAtATime && this.channel.raw().isOpen()) {
				this.underWay = tick;
			}
			send(this.exchange, tick.event(), properties, body, (accepted) -> this.listener.settled(tick, accepted));
			this.underWay = null;
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
			if (this.standings.caughtUp()) {
				writeCheckpoint();
			}
			if (!this.caughtUp) {
				this.caughtUp = true;
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
			if (this.oneAtATime) {
				awaitConfirm();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new TermEndedException("the channel has closed: " + BrokerConnection.reason(ex), ex);
		}
	}

	private void awaitConfirm() {
		try {
			this.channel.raw().waitForConfirms(ALONE.toMillis());
		}
		catch (TimeoutException ex) {
			// From now on, a refusal can be of this message or of another.
			this.oneAtATime = false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.oneAtATime = false;
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

}
