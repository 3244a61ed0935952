package dev.ticktock.leader;

import org.jspecify.annotations.Nullable;

/**
 * Says whether this replica leads. Safe for use by several threads; no method blocks.
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

	/**
	 * Returns the definition under which the leaders last covered an event; {@code null}
	 * if they did not, or this replica can not know.
	 */
	@Nullable String coveredAs(String event);

	/**
	 * Says whether a queue is one that the replicas themselves need.
	 */
	boolean isOwn(String queue);

}
