package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.ClockTolerance;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the term that the ticker publishes in. Called by the thread of the
 * replica, except for {@link #isUnrecorded()}.
 *
 * <p>
 * A leader watches its ticks come back from the journal. One that comes back unconfirmed
 * waits for the queue of a worker, and another leader would wait for it as well: the term
 * goes on. One that is confirmed and does not come back shows that the journal, or the
 * exchange, has lost its binding, and the next leader would publish it again: the journal
 * is bound again, as it is once a minute in any case, and a checkpoint takes the place of
 * the records. With neither, the term ends. Without a journal, the baton alone shows that
 * the broker takes messages.
 */
final class Leading {

	private static final Logger logger = LoggerFactory.getLogger(Leading.class);

	static final Duration CHECKPOINT = Duration.ofMinutes(10);

	/**
	 * The same in records, because a journal may hold less than ten minutes, and a reader
	 * that finds no checkpoint reads it from its beginning.
	 */
	static final long RECORDS = 20_000;

	/** The same for each schedule, because a checkpoint of many schedules costs more. */
	private static final long RECORDS_A_SCHEDULE = 5;

	/** How long a tick may take to come back. */
	private static final Duration LATE = Duration.ofSeconds(15);

	private static final Duration A_MINUTE = Duration.ofMinutes(1);

	/** How many ticks may wait for queues that do not confirm. */
	private static final int MOST_OVERDUE = 100_000;

	private static final int NAMED_AT_MOST = 10;

	private static final Duration LAST_CONFIRMS = Duration.ofSeconds(5);

	private final Term term;

	private final ConfirmChannel channel;

	private final Baton baton;

	private final @Nullable Journal journal;

	private final String exchange;

	private final Duration limit;

	private final ClockTolerance tolerance;

	private final Uptime uptime;

	private final Cursor start;

	private Duration checkpointed;

	/** How many records had been read then. */
	private long recorded;

	/** The tick that has to come back; {@code null} if none has. */
	private @Nullable Cursor awaited;

	private @Nullable Cursor lastRead;

	private Duration progressed;

	private Duration bound;

	private @Nullable Duration counted;

	private volatile boolean unrecorded;

	Leading(Term term, ConfirmChannel channel, Baton baton, @Nullable Journal journal, String exchange, Duration limit,
			ClockTolerance tolerance, Uptime uptime) {
		this.term = term;
		this.channel = channel;
		this.baton = baton;
		this.journal = journal;
		this.exchange = exchange;
		this.limit = limit;
		this.tolerance = tolerance;
		this.uptime = uptime;
		this.start = term.cursor();
		this.checkpointed = term.began();
		this.recorded = records();
		this.progressed = uptime.now();
		this.bound = this.progressed;
	}

	Term term() {
		return this.term;
	}

	/** Whether ticks that the broker has confirmed are not in the journal. */
	boolean isUnrecorded() {
		return this.unrecorded;
	}

	/**
	 * Does what is due.
	 * @throws BrokerUnavailableException if this replica has to give up the baton
	 */
	void check() throws IOException, BrokerUnavailableException {
		this.baton.keep();
		giveUpIfAhead();
		boolean due = this.term.lacksCheckpoint()
				|| records() - this.recorded >= Math.max(RECORDS, RECORDS_A_SCHEDULE * this.term.schedules())
				|| this.uptime.isOver(CHECKPOINT, this.checkpointed);
		if (this.journal != null) {
			giveWay(this.journal, this.term.id());
			giveUpIfReturned(this.journal);
			due |= follow(this.journal);
			due |= this.journal.ledger().hasStartedOver();
		}
		if (this.channel.oldestUnconfirmed().compareTo(this.limit) > 0) {
			giveUpIfStuck();
		}
		if (due) {
			this.checkpointed = this.uptime.now();
			this.recorded = records();
			checkpoint();
		}
	}

	private long records() {
		return (this.journal != null) ? this.journal.ledger().records() : 0;
	}

	/**
	 * The clock was ahead and has been put right: a new term goes on from what was done
	 * at the right time.
	 */
	private void giveUpIfAhead() throws BrokerUnavailableException {
		Instant latest = this.term.latest();
		if (this.tolerance.isAhead(latest)) {
			logger.error(
					"The clock was ahead: slots up to {} have been published or skipped, and the clock now says {}. Slots up to then may be published twice. Set the clocks of all replicas by NTP",
					latest, this.tolerance.clock().instant());
			throw new BrokerUnavailableException("gave up the lead, the clock was ahead", null);
		}
	}

	/**
	 * Gives way to a leader whose marker comes after that of a term.
	 * @throws BrokerUnavailableException if there is one
	 */
	static void giveWay(Journal journal, String term) throws BrokerUnavailableException {
		if (journal.ledger().isSucceeded(term)) {
			throw new BrokerUnavailableException("Gave up leadership: another replica has begun to lead", null);
		}
	}

	/**
	 * The exchange of the workers, or its binding, has been deleted: the next term
	 * publishes what the journal lacks.
	 */
	private void giveUpIfReturned(Journal read) throws BrokerUnavailableException {
		if (this.channel.hasReturned()) {
			read.bindAgain();
			throw new BrokerUnavailableException(
					"Gave up leadership: no queue got the ticks; binding the exchanges again. If the exchange was deleted, the bindings of workers are gone too: restart the workers",
					null);
		}
	}

	/**
	 * Checks which ticks have come back.
	 * @return whether a checkpoint has to take the place of records
	 */
	private boolean follow(Journal read) {
		Cursor latest = read.ledger().lastTick();
		boolean back = this.awaited == null || (latest != null && this.awaited.compareTo(latest) <= 0);
		if (back) {
			Cursor published = this.term.cursor();
			this.awaited = published.equals(this.start) ? null : published;
		}
		if (back || !Objects.equals(latest, this.lastRead)) {
			this.progressed = this.uptime.now();
		}
		this.lastRead = latest;
		if (back && this.unrecorded) {
			this.unrecorded = false;
			logger.info("Ticks come back from the journal again");
			return true;
		}
		boolean lost = this.channel.acceptingSince(this.progressed).compareTo(LATE) > 0
				&& read.state() != JournalState.DETACHED && this.channel.oldestUnconfirmed().compareTo(LATE) <= 0;
		if (lost && !this.unrecorded) {
			this.unrecorded = true;
			logger.error(
					"The tick {} has been confirmed but does not come back from the journal \"{}\"; binding the journal to exchange \"{}\" again. If the exchange was deleted, the bindings of workers are gone too: restart the workers",
					this.awaited, read.queue(), this.exchange);
		}
		if (lost || this.uptime.isOver(A_MINUTE, this.bound)) {
			this.progressed = lost ? this.uptime.now() : this.progressed;
			this.bound = this.uptime.now();
			read.bindAgain();
		}
		return lost;
	}

	/** One queue of a worker may keep ticks from being confirmed, but not too many. */
	private void giveUpIfStuck() throws BrokerUnavailableException {
		if (this.journal != null && this.channel.acceptingSince(this.progressed).compareTo(this.limit) > 0) {
			this.journal.bindAgain();
			throw new BrokerUnavailableException(
					"Gave up leadership: the broker did not confirm a message within " + this.limit, null);
		}
		if (this.counted != null && !this.uptime.isOver(A_MINUTE, this.counted)) {
			return;
		}
		this.counted = this.uptime.now();
		Map<String, Integer> overdue = this.channel.overdue(this.limit);
		int ticks = overdue.values().stream().mapToInt(Integer::intValue).sum();
		if (ticks > MOST_OVERDUE) {
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

	private void checkpoint() {
		try {
			this.term.checkpoint();
		}
		catch (TermEndedException ex) {
			logger.debug("Checkpoint not written: {}", ex.getMessage());
		}
	}

	/**
	 * Finishes the slot that is being published and waits for its confirms, so that the
	 * next leader finds everything in its place. Without a journal, that leader goes on
	 * from the word that is left here, so it says no more than is done: what waits for
	 * the broker, or became due after the ticker's last check, is left to it.
	 */
	void handOver() throws IOException, InterruptedException {
		this.term.finish();
		if (this.journal == null && this.channel.accepting()) {
			this.baton.leave(this.term.done());
		}
		try {
			this.channel.raw().waitForConfirms(LAST_CONFIRMS.toMillis());
		}
		catch (TimeoutException | ShutdownSignalException ex) {
			logger.warn("The term ended with {} unconfirmed messages: {}", this.channel.unconfirmed(),
					BrokerConnection.reason(ex));
		}
	}

}
