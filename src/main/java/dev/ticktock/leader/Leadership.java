package dev.ticktock.leader;

import org.jspecify.annotations.Nullable;

/**
 * Whether this replica leads. Safe for use by several threads; no method blocks.
 */
public interface Leadership {

	/**
	 * Returns the current term; {@code null} while this replica does not lead.
	 */
	@Nullable Term term();

	/**
	 * Returns how this replica stands with the broker.
	 */
	LeadershipStatus status();

}
