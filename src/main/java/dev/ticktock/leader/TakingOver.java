package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Confirm;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Token;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Standings;
import dev.ticktock.schedule.Standings.Newcomers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the baton and learns what was published: reads the journal up to a marker of its
 * own, or, where there is none, waits for its first fresh token, behind which it has seen
 * the last one of the leader before.
 */
final class TakingOver implements Phase {

	private static final Logger logger = LoggerFactory.getLogger(TakingOver.class);

	/** How long the marker may be under way before it is sent again. */
	private static final Duration RESEND = Duration.ofSeconds(5);

	private final Station station;

	private final Duration granted;

	private final Instant grantedAt;

	/** The marker that has not come back; {@code null} if there is no journal. */
	private final @Nullable String marker;

	private boolean freshTokenBack;

	private long recordsRead;

	private Duration progress;

	private Duration marked;

	private TakingOver(Station station, @Nullable String marker) {
		this.station = station;
		this.marker = marker;
		this.granted = station.context().uptime().now();
		this.grantedAt = station.context().clock().instant();
		this.progress = this.granted;
		this.marked = this.granted;
	}

	/**
	 * Begins with a fresh token, so that a row of fast takeovers never wears one out.
	 */
	static TakingOver begin(Station station) throws IOException {
		station.baton().renew();
		Journal journal = station.journal();
		if (journal == null) {
			return new TakingOver(station, null);
		}
		TakingOver phase = new TakingOver(station, UUID.randomUUID().toString());
		phase.mark(journal);
		return phase;
	}

	private void mark(Journal journal) throws IOException {
		String id = Objects.requireNonNull(this.marker, "there is a journal");
		journal.ledger().expect(id);
		this.marked = this.station.context().uptime().now();
		ControlMessage message = ControlMessage.marker(id, this.station.term(), this.station.context().trust());
		this.station.channel()
			.publish("", journal.queue(), false, message.properties(), message.body(), Confirm.UNHEARD);
	}

	@Override
	public void end() {
		Journal journal = this.station.journal();
		if (journal != null && this.marker != null) {
			journal.ledger().forget(this.marker);
		}
	}

	@Override
	public Role role() {
		return Role.TAKING_OVER;
	}

	@Override
	public Phase received(long deliveryTag, Token token) throws IOException {
		this.freshTokenBack |= this.station.baton().take(deliveryTag, token);
		return this;
	}

	@Override
	public Phase look() throws IOException, BrokerUnavailableException {
		this.station.keepBaton();
		if (this.marker == null) {
			return this.freshTokenBack ? lead(new Standings(withoutJournal(), Newcomers.FROM_CURSOR), null) : this;
		}
		Journal journal = Objects.requireNonNull(this.station.journal(), "a marker needs a journal");
		if (journal.ledger().hasRead(this.marker)) {
			this.station.giveWay();
			if (journal.ledger().isAhead()) {
				throw new BrokerUnavailableException(
						"gave up the lead, the clock was wrong and the journal is read again", null);
			}
			Standings known = journal.ledger().forTerm(this.station.context().started());
			return lead((known != null) ? known : new Standings(withoutJournal(), Newcomers.CONFIGURED_FROM_CURSOR),
					journal.queue());
		}
		awaitProgress(journal);
		if (this.station.channel().acceptingSince(this.marked).compareTo(RESEND) > 0) {
			mark(journal);
		}
		return this;
	}

	private Leading lead(Standings standings, @Nullable String checkpoints) {
		return new Leading(this.station, standings, checkpoints, this.granted);
	}

	/**
	 * Without a journal a leader that stopped in an orderly way has left word, this
	 * replica remembers its own terms, and otherwise the next slot is the first.
	 */
	private Cursor withoutJournal() {
		Token last = this.station.baton().lastOfALeader();
		if (last == null || this.station.context().run().equals(last.leader())) {
			return this.station.memory();
		}
		Cursor left = last.left();
		if (left != null && this.station.context().tolerance().isAhead(left.slot())) {
			logger.error(
					"Ignoring the word of the leader before that it has published up to {}: the clock here says {}. Set the clocks of all replicas by NTP; see ticktock.leader.clock-tolerance",
					left, this.grantedAt);
			return Cursor.at(this.grantedAt);
		}
		return (left != null) ? left : Cursor.at(this.grantedAt);
	}

	private void awaitProgress(Journal journal) throws BrokerUnavailableException {
		long read = journal.ledger().trusted();
		if (read != this.recordsRead || !this.station.channel().accepting()) {
			this.recordsRead = read;
			this.progress = this.station.context().uptime().now();
		}
		Duration limit = this.station.context().properties().limit();
		if (this.station.context().uptime().isOver(limit, this.progress)) {
			throw new BrokerUnavailableException("Gave up leadership: the journal was not read within " + limit, null);
		}
	}

}
