package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
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
 * goes on from there. Called by the thread of the replica.
 */
final class Terms {

	private static final Logger logger = LoggerFactory.getLogger(Terms.class);

	private final BrokerConnector connector;

	private final Topology topology;

	private final Duration limit;

	private final Trust trust;

	private final ClockTolerance tolerance;

	private final TickMeters tickMeters;

	private final SetAside setAside;

	private final Counter begun;

	private final Timer takeover;

	private final Uptime uptime;

	private final Instant started;

	private Cursor reached;

	/**
	 * Creates the terms of a replica that starts now.
	 * @param limit how long a leader waits for the broker
	 */
	Terms(BrokerConnector connector, Topology topology, Duration limit, Trust trust, ClockTolerance tolerance,
			TickMeters tickMeters, SetAside setAside, MeterRegistry registry, Uptime uptime) {
		this.connector = connector;
		this.topology = topology;
		this.limit = limit;
		this.trust = trust;
		this.tolerance = tolerance;
		this.tickMeters = tickMeters;
		this.setAside = setAside;
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

	/** Returns the baton of a channel, which the next term would publish on. */
	Baton baton(ConfirmChannel channel) {
		return new Baton(channel, this.topology.leaderQueue(), this.connector.run(), this.trust, this.limit,
				this.uptime);
	}

	/** Returns the encoding of the ticks of a term that may begin. */
	TickMessage message(Dialect dialect) {
		return new TickMessage(this.tolerance.clock(), this.connector.replica(), dialect);
	}

	/** Returns the exchange that ticks are published to. */
	private String exchange(@Nullable Journal journal) {
		return (journal != null) ? this.topology.out() : this.topology.exchange();
	}

	Instant now() {
		return this.tolerance.clock().instant();
	}

	/** Begins to find out what was published before the next term. */
	TakingOver takeOver(ConfirmChannel channel, Baton baton, @Nullable Journal journal) {
		return new TakingOver(this, channel, baton, journal, this.trust, this.limit, this.uptime);
	}

	/**
	 * Begins a term.
	 * @param progress what was published before
	 * @param taken how this replica took over
	 */
	Leading begin(ConfirmChannel channel, Baton baton, TickMessage message, @Nullable Journal journal,
			Progress progress, TakingOver taken) {
		Echo echo = (journal != null) ? new Echo(journal, this.topology.exchange(), this.uptime) : null;
		ChannelTerm term = new ChannelTerm(taken.term(), channel, exchange(journal),
				(journal != null) ? journal.queue() : null, message, progress, taken.granted(), this.trust,
				this.tolerance.clock(), new Outcomes(echo, taken.granted()));
		Confirms confirms = new Confirms(channel, (journal != null) ? journal.queue() : this.topology.leaderQueue(),
				journal != null, this.trust, this.limit, this.uptime);
		this.begun.increment();
		return new Leading(term, channel, baton, journal, confirms, echo, this.tolerance, this.uptime);
	}

	/**
	 * Returns how far each schedule is. Where the journal does not say, a leader that
	 * stopped in an orderly way has left word, this replica remembers its own terms, and
	 * otherwise the next slot is the first.
	 * @param journal the journal, read up to a marker of this replica's; {@code null} if
	 * there is none
	 * @param last the last token of a leader; {@code null} if there is none
	 * @param granted when this replica was granted the baton
	 */
	Progress known(@Nullable Journal journal, @Nullable Token last, Instant granted) {
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

	/** Remembers how far an earlier term came. */
	void ended(ChannelTerm term) {
		this.reached = reached().max(term.done());
	}

	/**
	 * Returns the exception for a channel that has closed. A schedule whose tick the
	 * broker refused is set aside.
	 * @param led whether ticks were published on the channel
	 * @throws BrokerRefusedException if this replica may not publish, or not by the name
	 * that it gave
	 */
	BrokerUnavailableException closed(String reason, @Nullable ShutdownSignalException signal, boolean led,
			@Nullable Journal journal) throws BrokerRefusedException {
		String exchange = exchange(journal);
		if (signal != null && led && this.setAside.closed(signal, this.connector.permitKeys(exchange))) {
			return new BrokerUnavailableException(
					"Gave up leadership: the broker refused a message (%s)".formatted(reason), signal);
		}
		BrokerRefusedException refusal = (signal != null) ? this.connector.refusal(exchange, signal) : null;
		if (refusal != null) {
			throw refusal;
		}
		return new BrokerUnavailableException("Lost the connection to the broker: " + reason, signal);
	}

	/**
	 * Counts what becomes of the ticks of a term.
	 */
	private final class Outcomes implements ChannelTerm.Listener {

		private final @Nullable Echo echo;

		private final Duration granted;

		Outcomes(@Nullable Echo echo, Duration granted) {
			this.echo = echo;
			this.granted = granted;
		}

		@Override
		public void settled(Tick tick, boolean accepted) {
			if (accepted && this.echo != null) {
				this.echo.confirmed(tick);
			}
			Terms.this.tickMeters.settled(tick, accepted);
			Terms.this.setAside.taken(tick.event());
		}

		@Override
		public void caughtUp() {
			Terms.this.takeover.record(Terms.this.uptime.since(this.granted));
		}

	}

}
