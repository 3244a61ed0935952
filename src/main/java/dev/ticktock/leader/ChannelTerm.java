package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A term that lasts as long as one raw channel. It is the channel that holds the baton:
 * when the broker takes that back, the channel is dead, and whoever wakes up late finds
 * that nothing can be published any more.
 */
final class ChannelTerm implements Term {

	private static final Logger logger = LoggerFactory.getLogger(ChannelTerm.class);

	private final ConfirmChannel channel;

	private final String exchange;

	private final TickMessage message;

	private final @Nullable String journal;

	private final Starts starts;

	private final Runnable firstPublished;

	/** Held while the ticks of a slot are published: a term ends between slots. */
	private final ReentrantLock publishing = new ReentrantLock();

	private final Map<String, Checkpoint.Entry> covered = new HashMap<>();

	/** Events that are done only up to an instant before the cursor. */
	private final Set<String> behind = new HashSet<>();

	private volatile Cursor cursor;

	private boolean begun;

	private boolean published;

	private boolean ended;

	/**
	 * Creates a term.
	 * @param journal the queue that checkpoints are written to; {@code null} if there is
	 * no journal
	 * @param cursor the last tick published before
	 * @param starts where a schedule starts that the ticker does not have yet
	 * @param firstPublished told when all that was due at the beginning has been handed
	 * to the broker
	 */
	ChannelTerm(ConfirmChannel channel, String exchange, TickMessage message, @Nullable String journal, Cursor cursor,
			Starts starts, Runnable firstPublished) {
		this.channel = channel;
		this.exchange = exchange;
		this.message = message;
		this.journal = journal;
		this.cursor = cursor;
		this.starts = starts;
		this.firstPublished = firstPublished;
	}

	/** Returns the last tick that was handed to the broker. */
	Cursor cursor() {
		return this.cursor;
	}

	@Override
	public boolean accepting() {
		return this.channel.accepting();
	}

	@Override
	public Function<Schedule, Cursor> cover(Schedules schedules) throws TermEndedException {
		this.publishing.lock();
		try {
			Map<String, Checkpoint.Entry> before = this.begun ? Map.copyOf(this.covered)
					: this.starts.registeredBefore();
			Map<Schedule, Cursor> from = new HashMap<>();
			this.covered.clear();
			this.behind.clear();
			for (Schedule schedule : schedules.all()) {
				Checkpoint.Entry entry = before.get(schedule.event());
				if (entry == null || !entry.covers(schedule)) {
					Cursor start = this.begun ? this.starts.later(schedule) : this.starts.atTheBeginning(schedule);
					from.put(schedule, start);
					entry = Checkpoint.Entry.of(schedule);
					entry = (start.compareTo(this.cursor) > 0) ? entry.from(start.slot()) : entry;
				}
				else if (entry.done() != null) {
					from.put(schedule, Cursor.at(entry.done()));
					this.behind.add(schedule.event());
				}
				this.covered.put(schedule.event(), entry.as(schedule));
			}
			if (!schedules.complete()) {
				before.forEach(this::hold);
			}
			this.begun = true;
			writeCheckpoint();
			return (schedule) -> from.getOrDefault(schedule, this.cursor);
		}
		finally {
			this.publishing.unlock();
		}
	}

	/**
	 * Keeps word of how far a schedule is done that a worker had registered, because it
	 * may still be.
	 */
	private void hold(String event, Checkpoint.Entry entry) {
		if (entry.registered()) {
			boolean known = entry.done() != null || entry.from() != null;
			this.covered.putIfAbsent(event, known ? entry : entry.done(this.cursor.doneOf(event)));
		}
	}

	/**
	 * Writes down how far this term is and which schedules that holds for.
	 */
	void checkpoint() throws TermEndedException {
		this.publishing.lock();
		try {
			if (!this.covered.isEmpty()) {
				writeCheckpoint();
			}
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void writeCheckpoint() throws TermEndedException {
		if (this.journal == null) {
			return;
		}
		Instant reached = this.cursor.slot();
		this.covered.replaceAll((event, entry) -> (entry.from() != null) ? entry.covered(reached) : entry);
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(Ledger.CHECKPOINT_TYPE)
			.contentType("application/json")
			.contentEncoding("gzip")
			.deliveryMode(2)
			.build();
		send("", this.journal, properties, new Checkpoint(this.cursor, this.covered).toBytes(), null);
	}

	@Override
	public void publish(List<Tick> ticks) throws TermEndedException {
		this.publishing.lock();
		try {
			for (Tick tick : ticks) {
				Cursor reached = this.cursor.max(new Cursor(tick.slot(), tick.event()));
				this.cursor = reached;
				send(this.exchange, tick.event(), this.message.properties(tick), this.message.body(tick), tick);
				logger.debug("Published {} of {}", tick.event(), tick.slot());
			}
		}
		finally {
			this.publishing.unlock();
		}
	}

	@Override
	public void caughtUp() throws TermEndedException {
		this.publishing.lock();
		try {
			if (!this.behind.isEmpty()) {
				Instant reached = this.cursor.slot();
				this.behind
					.forEach((event) -> this.covered.computeIfPresent(event, (same, entry) -> entry.covered(reached)));
				this.behind.clear();
				writeCheckpoint();
			}
			if (!this.published) {
				this.published = true;
				this.firstPublished.run();
			}
		}
		finally {
			this.publishing.unlock();
		}
	}

	private void send(String to, String key, AMQP.BasicProperties properties, byte[] body, @Nullable Tick tick)
			throws TermEndedException {
		if (this.ended) {
			throw new TermEndedException("the term has ended", null);
		}
		try {
			this.channel.publish(to, key, properties, body, tick);
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new TermEndedException("the channel has closed: " + BrokerConnection.reason(ex), ex);
		}
	}

	/**
	 * Ends the term: the slot that is being published is finished, no other begins.
	 * @param patience how long to wait for that
	 */
	void end(Duration patience) {
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
