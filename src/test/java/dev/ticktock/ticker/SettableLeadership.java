package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;

import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.leader.Term;
import org.jspecify.annotations.Nullable;

/**
 * A leadership that a test grants and revokes.
 */
final class SettableLeadership implements Leadership {

	private @Nullable Term term;

	private Role role = Role.DISCONNECTED;

	private Instant since = Instant.EPOCH;

	private boolean accepting = true;

	@Override
	public @Nullable Term term() {
		return this.term;
	}

	@Override
	public LeadershipStatus status() {
		return new LeadershipStatus("replica", this.role, this.since, (this.term != null) ? "a broker" : null,
				this.accepting, JournalState.OFF, null, null);
	}

	@Override
	public Duration heldUpUntil() {
		return Duration.ZERO;
	}

	/**
	 * Grants a term in the place of the one before.
	 */
	<T extends Term> T grant(T term) {
		this.term = term;
		this.role = Role.LEADER;
		return term;
	}

	/**
	 * Revokes the term.
	 */
	void revoke() {
		revoke(Instant.EPOCH);
	}

	/**
	 * Revokes the term, because the connection has been lost.
	 */
	void revoke(Instant since) {
		this.term = null;
		this.role = Role.DISCONNECTED;
		this.since = since;
	}

	/**
	 * Connects without a term.
	 */
	void standBy() {
		this.term = null;
		this.role = Role.STANDBY;
	}

	void accepting(boolean accepting) {
		this.accepting = accepting;
	}

}
