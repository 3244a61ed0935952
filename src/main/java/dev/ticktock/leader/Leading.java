package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.Journal;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the term that the ticker publishes in. Called by the thread of the
 * replica, except for {@link #isUnrecorded()}.
 */
final class Leading {

	private static final Logger logger = LoggerFactory.getLogger(Leading.class);

	static final Duration CHECKPOINT = Duration.ofMinutes(10);

	/**
	 * The same in records, because a journal may hold less than ten minutes, and a reader
	 * that finds no checkpoint reads it from its beginning.
	 */
	static final long RECORDS = 20_000;

	private static final Duration LAST_CONFIRMS = Duration.ofSeconds(5);

	private final ChannelTerm term;

	private final ConfirmChannel channel;

	private final Baton baton;

	private final @Nullable Journal journal;

	private final Confirms confirms;

	private final @Nullable Echo echo;

	private final ClockTolerance tolerance;

	private final Uptime uptime;

	private Duration checkpointed;

	/** How many records had been read then. */
	private long recorded;

	Leading(ChannelTerm term, ConfirmChannel channel, Baton baton, @Nullable Journal journal, Confirms confirms,
			@Nullable Echo echo, ClockTolerance tolerance, Uptime uptime) {
		this.term = term;
		this.channel = channel;
		this.baton = baton;
		this.journal = journal;
		this.confirms = confirms;
		this.echo = echo;
		this.tolerance = tolerance;
		this.uptime = uptime;
		this.checkpointed = term.began();
		this.recorded = records();
	}

	ChannelTerm term() {
		return this.term;
	}

	/** Whether ticks that the broker has confirmed are not in the journal. */
	boolean isUnrecorded() {
		return this.echo != null && this.echo.isSilent();
	}

	/**
	 * Does what is due.
	 * @throws BrokerUnavailableException if this replica has to give up the baton
	 */
	void check() throws IOException, BrokerUnavailableException {
		this.baton.keep();
		this.confirms.check();
		if (this.journal != null) {
			TakingOver.giveWay(this.journal, this.term.id());
			giveUpIfReturned(this.journal);
		}
		giveUpIfAhead();
		boolean missing = this.echo != null && this.echo.check();
		if (missing || records() - this.recorded >= RECORDS || this.uptime.isOver(CHECKPOINT, this.checkpointed)) {
			this.checkpointed = this.uptime.now();
			this.recorded = records();
			checkpoint();
		}
	}

	private long records() {
		return (this.journal != null) ? this.journal.ledger().records() : 0;
	}

	/**
	 * The clock was ahead and has been put right: a new term goes on from what was
	 * published at the right time.
	 */
	private void giveUpIfAhead() throws BrokerUnavailableException {
		Cursor cursor = this.term.cursor();
		if (this.tolerance.isAhead(cursor.slot())) {
			logger.error(
					"The clock was ahead: ticks up to {} have been published, and the clock now says {}. Slots up to then may be published twice. Set the clocks of all replicas by NTP",
					cursor, this.tolerance.clock().instant());
			throw new BrokerUnavailableException("gave up the lead, the clock was ahead", null);
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
		this.term.end(LAST_CONFIRMS);
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

	/** Makes sure that nothing more is published. */
	void end() {
		this.term.end(Duration.ZERO);
	}

}
