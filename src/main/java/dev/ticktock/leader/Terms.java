package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.LeaderProperties;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.ClockTolerance;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalListener;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terms of this replica, one after the other: begins them, counts what becomes of
 * their ticks and remembers how far they came. Where there is no journal, the next term
 * goes on from there, and the history is what this replica publishes itself. Called by
 * the thread of the replica.
 */
final class Terms {

	private static final Logger logger = LoggerFactory.getLogger(Terms.class);

	private final BrokerConnector connector;

	private final Topology topology;

	private final Duration limit;

	private final Trust trust;

	private final ClockTolerance tolerance;

	private final TickMeters tickMeters;

	private final List<JournalListener> history;

	private final Counter begun;

	private final Timer takeover;

	private final Uptime uptime;

	private final Instant started;

	private Cursor reached;

	private boolean rehearsed;

	/**
	 * Creates the terms of a replica that starts now.
	 * @param history receives what is published where there is no journal
	 */
	Terms(BrokerConnector connector, Topology topology, LeaderProperties properties, Trust trust,
			ClockTolerance tolerance, TickMeters tickMeters, List<JournalListener> history, MeterRegistry registry,
			Uptime uptime) {
		this.connector = connector;
		this.topology = topology;
		this.limit = properties.limit();
		this.trust = trust;
		this.tolerance = tolerance;
		this.tickMeters = tickMeters;
		this.history = List.copyOf(history);
		this.begun = Counter.builder("ticktock.leader.terms")
			.description("Terms that this replica has begun.")
			.register(registry);
		this.takeover = Timer.builder("ticktock.takeover")
			.description("Time from being granted the baton until all that was due had been published.")
			.register(registry);
		this.uptime = uptime;
		this.started = tolerance.clock().instant();
		this.reached = Cursor.at(this.started);
	}

	Instant now() {
		return this.tolerance.clock().instant();
	}

	/**
	 * Returns the part of this replica on a connection.
	 * @param raw the channel that is to hold the baton and publish
	 * @param journal where what was published is read; {@code null} if there is none
	 */
	Candidacy candidacy(Channel raw, Dialect dialect, @Nullable Journal journal) throws IOException {
		ConfirmChannel channel = ConfirmChannel.on(raw, this.uptime);
		Baton baton = new Baton(channel, this.topology.leaderQueue(), this.connector.run(), this.trust, this.limit,
				this.uptime);
		return new Candidacy(this, channel, baton, dialect, journal, this.trust, this.limit, this.uptime);
	}

	/**
	 * Encodes the checkpoint of the leader before into nothing, once. A term that finds
	 * something new begins with a checkpoint, and with many schedules it would wait for
	 * the compiler.
	 */
	void rehearse(@Nullable Journal journal) {
		Progress known = (journal != null && !this.rehearsed) ? journal.ledger().forTerm(this.started) : null;
		if (known != null) {
			this.rehearsed = true;
			ControlMessage.checkpoint(known.checkpoint(), "", this.trust);
		}
	}

	/**
	 * Begins a term.
	 * @param id the id of the term, which is that of its marker too
	 * @param granted the uptime at which this replica was granted the baton
	 * @param journal the journal, read up to the marker; {@code null} if there is none
	 */
	Leading begin(String id, Duration granted, ConfirmChannel channel, Baton baton, Dialect dialect,
			@Nullable Journal journal) {
		TickMessage message = new TickMessage(this.tolerance.clock(), this.connector.replica(), dialect);
		Progress progress = known(journal, baton.lastOfALeader(), now().minus(this.uptime.since(granted)));
		Term term = new Term(id, channel, exchange(journal), (journal != null) ? journal.queue() : null, message,
				progress, granted, this.trust, this.tolerance.clock(), new Counting(this, granted, journal == null));
		this.begun.increment();
		return new Leading(term, channel, baton, journal, this.topology.exchange(), this.limit, this.tolerance,
				this.uptime);
	}

	private String exchange(@Nullable Journal journal) {
		return (journal != null) ? this.topology.out() : this.topology.exchange();
	}

	/**
	 * Returns how far each schedule is. Where the journal does not say, the token of a
	 * leader that stopped in an orderly way does, or this replica remembers its own
	 * terms; otherwise the next slot is the first.
	 */
	private Progress known(@Nullable Journal journal, @Nullable Token last, Instant granted) {
		if (journal == null) {
			return Progress.withoutJournal(cursor(last, granted));
		}
		Progress known = journal.ledger().forTerm(this.started);
		return (known != null) ? known : Progress.beforeAnyLeader(cursor(last, granted));
	}

	private Cursor cursor(@Nullable Token last, Instant granted) {
		if (last == null || this.connector.run().equals(last.leader())) {
			return reached();
		}
		Cursor left = last.left();
		if (left != null && this.tolerance.isAhead(left.slot())) {
			logger.error(
					"Ignoring the word of the leader before that it has published up to {}: the clock here says {}. Set the clocks of all replicas by NTP; see ticktock.leader.clock-tolerance",
					left, granted);
			return Cursor.at(granted);
		}
		return (left != null) ? left : Cursor.at(granted);
	}

	/** Returns the present if the clock was ahead when this replica started or led. */
	private Cursor reached() {
		return this.tolerance.isAhead(this.reached.slot()) ? Cursor.at(now()) : this.reached;
	}

	void ended(Term term) {
		this.tickMeters.termEnded();
		this.reached = reached().max(term.done());
	}

	/**
	 * Returns the exception for a channel that has closed.
	 * @throws BrokerRefusedException if this replica may not publish, or not by the name
	 * that it gave
	 */
	BrokerUnavailableException closed(String reason, @Nullable ShutdownSignalException signal,
			@Nullable Journal journal) throws BrokerRefusedException {
		BrokerRefusedException refusal = (signal != null) ? this.connector.refusal(exchange(journal), signal) : null;
		if (refusal != null) {
			throw refusal;
		}
		return new BrokerUnavailableException("Lost the connection to the broker: " + reason, signal);
	}

	private record Counting(Terms terms, Duration granted, boolean unrecorded) implements Term.Listener {

		@Override
		public void settled(Tick tick, String correlationId, boolean accepted) {
			this.terms.tickMeters.settled(tick, accepted);
			if (accepted && this.unrecorded) {
				JournalRecord.Tick published = new JournalRecord.Tick(tick.event(), tick.slot(), this.terms.now(),
						this.terms.connector.replica(), TickMessage.id(tick.event(), tick.slot()), correlationId);
				this.terms.history.forEach((each) -> each.take(published, this.terms.now()));
			}
		}

		@Override
		public void skipped(Skipping skipping) {
			JournalRecord record = new JournalRecord.Skipped(skipping);
			this.terms.history.forEach((each) -> each.take(record, this.terms.now()));
		}

		@Override
		public void caughtUp() {
			this.terms.takeover.record(this.terms.uptime.since(this.granted));
		}

	}

}
