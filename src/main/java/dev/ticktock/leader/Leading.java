package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.Token;
import dev.ticktock.publish.ChannelTerm;
import dev.ticktock.publish.SecondChance;
import dev.ticktock.publish.TermEndedException;
import dev.ticktock.publish.TermListener;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Standings;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads: watches over the term that the ticker publishes in.
 */
final class Leading implements Phase {

	private static final Logger logger = LoggerFactory.getLogger(Leading.class);

	static final Duration CHECKPOINT = Duration.ofMinutes(10);

	/**
	 * The same in records, because a journal may hold less than ten minutes, and a reader
	 * that finds no checkpoint reads it from its beginning.
	 */
	static final long RECORDS = 50_000;

	private static final Duration LAST_CONFIRMS = Duration.ofSeconds(5);

	/**
	 * The same when another channel waits to send again what this one could not: it has
	 * been silent for longer already.
	 */
	private static final Duration LAST_CONFIRMS_OF_A_BROKEN_CHANNEL = Duration.ofSeconds(1);

	private final Station station;

	private final ChannelTerm term;

	private final Confirms confirms;

	/** {@code null} if there is no journal. */
	private final @Nullable Echo echo;

	private Duration checkpointed;

	/** How many records had been read then. */
	private long recorded;

	/**
	 * Creates the phase, and with it the term.
	 * @param checkpoints the queue that checkpoints are written to; {@code null} if there
	 * is no journal
	 * @param granted the uptime at which this replica was granted the baton
	 */
	Leading(Station station, Standings standings, @Nullable String checkpoints, Duration granted) {
		this.station = station;
		this.checkpointed = granted;
		ReplicaContext context = station.context();
		Journal journal = station.journal();
		this.confirms = new Confirms(station);
		this.echo = (journal != null) ? new Echo(journal, context.topology().exchange(), context.uptime()) : null;
		this.recorded = records();
		this.term = new ChannelTerm(station.channel(), station.exchange(), checkpoints, station.message(),
				station.term(), standings, granted, context.trust(), context.clock(),
				new Meters(station, this.echo, granted));
		if (context.setAside().isSearching()) {
			this.term.publishOneAtATime();
		}
	}

	/**
	 * Sets aside the schedule whose tick has closed the channel.
	 * @return whether the broker refused a single message; {@code false} if it refuses
	 * all, or closed the channel for another reason
	 */
	boolean setsAside(ShutdownSignalException signal) {
		ReplicaContext context = this.station.context();
		return context.setAside()
			.closed(signal, this.term.underWay(), context.connector().permitKeys(this.station.exchange()));
	}

	@Override
	public Role role() {
		return Role.LEADER;
	}

	ChannelTerm term() {
		return this.term;
	}

	/** Whether ticks that the broker has confirmed are not in the journal. */
	boolean isUnrecorded() {
		return this.echo != null && this.echo.isSilent();
	}

	@Override
	public Phase received(long deliveryTag, Token token) throws IOException {
		this.station.baton().take(deliveryTag, token);
		return this;
	}

	@Override
	public Phase look() throws IOException, BrokerUnavailableException, InterruptedException {
		this.station.keepBaton();
		this.confirms.look();
		this.station.giveWay();
		giveUpIfAhead();
		giveUpIfReturned();
		giveSecondChance();
		boolean missing = this.echo != null && this.echo.look();
		if (missing || records() - this.recorded >= RECORDS
				|| this.station.context().uptime().isOver(CHECKPOINT, this.checkpointed)) {
			this.checkpointed = this.station.context().uptime().now();
			this.recorded = records();
			checkpoint();
		}
		return this;
	}

	private long records() {
		Journal journal = this.station.journal();
		return (journal != null) ? journal.ledger().records() : 0;
	}

	/**
	 * The clock was ahead and has been put right: a new term goes on from what was
	 * published at the right time.
	 */
	private void giveUpIfAhead() throws BrokerUnavailableException {
		Cursor cursor = this.term.cursor();
		if (this.station.context().tolerance().isAhead(cursor.slot())) {
			logger.error(
					"The clock was ahead: ticks up to {} have been published, and the clock now says {}. Slots up to then may be published twice. Set the clocks of all replicas by NTP",
					cursor, this.station.context().clock().instant());
			throw new BrokerUnavailableException("gave up the lead, the clock was ahead", null);
		}
	}

	/**
	 * The exchange of the workers, or its binding, has been deleted: the next term
	 * publishes what the journal lacks.
	 */
	private void giveUpIfReturned() throws BrokerUnavailableException {
		if (this.station.channel().hasReturned() && this.station.journal() != null) {
			this.station.journal().bindAgain();
			throw new BrokerUnavailableException(
					"Gave up leadership: no queue was bound to exchange \"%s\"; binding it again. If exchange \"%s\" was deleted, the bindings of workers are gone too: restart the workers"
						.formatted(this.station.exchange(), this.station.context().topology().exchange()),
					null);
		}
	}

	/**
	 * While the baton's channel is closed or the broker blocks, there is nothing to say
	 * on another channel either.
	 */
	private void giveSecondChance() throws BrokerUnavailableException, InterruptedException {
		if (!this.station.channel().accepting() || !this.station.channel().raw().isOpen()) {
			return;
		}
		SecondChance secondChance = this.station.secondChance();
		if (!secondChance.endsTerm()) {
			secondChance.advance();
			return;
		}
		this.term.end(LAST_CONFIRMS);
		awaitConfirms(LAST_CONFIRMS_OF_A_BROKEN_CHANNEL);
		throw new BrokerUnavailableException(
				"Gave up leadership: a queue rejected %d ticks that it accepts on another channel; they were published again"
					.formatted(secondChance.finish()),
				null);
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
	 * the broker, or became due after the ticker's last look, is left to it.
	 */
	@Override
	public void handOver() throws IOException, InterruptedException {
		this.term.end(LAST_CONFIRMS);
		if (this.station.journal() == null && this.station.channel().accepting()) {
			this.station.baton().leave(this.term.done());
		}
		awaitConfirms(LAST_CONFIRMS);
	}

	private void awaitConfirms(Duration patience) throws InterruptedException {
		try {
			this.station.channel().raw().waitForConfirms(patience.toMillis());
		}
		catch (TimeoutException | ShutdownSignalException ex) {
			logger.warn("The term ended with {} unconfirmed messages: {}", this.station.channel().unconfirmed(),
					BrokerConnection.reason(ex));
		}
	}

	@Override
	public void end() {
		this.term.end(Duration.ZERO);
	}

	/**
	 * Counts what becomes of the ticks.
	 */
	private record Meters(Station station, @Nullable Echo echo, Duration granted) implements TermListener {

		@Override
		public void settled(Tick tick, boolean accepted) {
			if (accepted && this.echo != null) {
				this.echo.confirmed(tick);
			}
			this.station.context().tickMeters().settled(tick, accepted);
			this.station.secondChance().settled(tick, accepted);
			this.station.context().setAside().taken(tick.event());
		}

		@Override
		public void caughtUp() {
			this.station.context().leaderMeters().tookOver(this.station.context().uptime().since(this.granted));
		}

	}

}
