package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Confirm;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.Marker;
import dev.ticktock.message.Seal;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Progress;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * A replica that has been granted the baton finds out what was published before: it reads
 * the journal up to a marker of its own, or, where there is none, waits for its own first
 * token, which comes after the last one of the leader before. Called by the thread of the
 * replica.
 */
final class TakingOver {

	/** How long the marker may be under way before it is sent again. */
	private static final Duration RESEND = Duration.ofSeconds(5);

	private final Terms terms;

	private final ConfirmChannel channel;

	private final Baton baton;

	private final Seal seal;

	private final @Nullable Journal journal;

	private final Trust trust;

	private final Duration limit;

	private final Uptime uptime;

	private final String marker = UUID.randomUUID().toString();

	private final Duration granted;

	private final Instant grantedAt;

	private long recordsRead;

	private Duration progress;

	private Duration marked;

	TakingOver(Terms terms, ConfirmChannel channel, Baton baton, Seal seal, @Nullable Journal journal, Trust trust,
			Duration limit, Uptime uptime) {
		this.terms = terms;
		this.channel = channel;
		this.baton = baton;
		this.seal = seal;
		this.journal = journal;
		this.trust = trust;
		this.limit = limit;
		this.uptime = uptime;
		this.granted = uptime.now();
		this.grantedAt = terms.now();
		this.progress = this.granted;
		this.marked = this.granted;
	}

	/**
	 * Begins with a token of its own, so that a row of fast takeovers never wears one
	 * out.
	 */
	void begin() throws IOException {
		this.baton.renew();
		if (this.journal != null) {
			mark(this.journal);
		}
	}

	private void mark(Journal read) throws IOException {
		read.ledger().expect(this.marker);
		this.marked = this.uptime.now();
		this.channel.publish("", read.queue(), Marker.properties(this.marker, this.trust, this.seal), new byte[0],
				Confirm.UNHEARD);
	}

	/** Returns the uptime at which the baton was granted. */
	Duration granted() {
		return this.granted;
	}

	/**
	 * Returns how far each schedule is; {@code null} as long as that is not known.
	 * @throws BrokerUnavailableException if this replica has to give up the baton
	 */
	@Nullable Progress check() throws IOException, BrokerUnavailableException {
		this.baton.keep();
		if (this.journal == null) {
			return this.baton.isRenewed() ? known() : null;
		}
		if (this.journal.ledger().hasRead(this.marker)) {
			giveWay(this.journal, this.seal);
			if (this.journal.ledger().isAhead()) {
				throw new BrokerUnavailableException(
						"gave up the lead, the clock was wrong and the journal is read again", null);
			}
			return known();
		}
		awaitProgress(this.journal);
		if (this.channel.acceptingSince(this.marked).compareTo(RESEND) > 0) {
			mark(this.journal);
		}
		return null;
	}

	private Progress known() {
		return this.terms.known(this.journal, this.baton.lastOfALeader(), this.grantedAt);
	}

	/**
	 * Gives way to a leader whose marker comes after that of this term.
	 * @throws BrokerUnavailableException if there is one
	 */
	static void giveWay(Journal journal, Seal seal) throws BrokerUnavailableException {
		if (journal.ledger().isSucceeded(seal)) {
			throw new BrokerUnavailableException("Gave up leadership: another replica has begun to lead", null);
		}
	}

	private void awaitProgress(Journal read) throws BrokerUnavailableException {
		long records = read.ledger().trusted();
		if (records != this.recordsRead || !this.channel.accepting()) {
			this.recordsRead = records;
			this.progress = this.uptime.now();
		}
		if (this.uptime.isOver(this.limit, this.progress)) {
			throw new BrokerUnavailableException("Gave up leadership: the journal was not read within " + this.limit,
					null);
		}
	}

	/** No longer waits for the marker. */
	void end() {
		if (this.journal != null) {
			this.journal.ledger().forget(this.marker);
		}
	}

}
