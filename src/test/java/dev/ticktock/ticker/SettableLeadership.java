package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;

import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.publish.Term;
import org.jspecify.annotations.Nullable;

/**
 * A leadership that a test grants and revokes.
 */
final class SettableLeadership implements Leadership {

	private @Nullable Term term;

	@Override
	public @Nullable Term term() {
		return this.term;
	}

	@Override
	public LeadershipStatus status() {
		return new LeadershipStatus("replica", (this.term != null) ? Role.LEADER : Role.DISCONNECTED, Instant.EPOCH,
				(this.term != null) ? "a broker" : null, true, JournalState.OFF, null, null);
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
		return term;
	}

	/**
	 * Revokes the term.
	 */
	void revoke() {
		this.term = null;
	}

}
