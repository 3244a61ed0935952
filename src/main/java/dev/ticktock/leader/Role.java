package dev.ticktock.leader;

/**
 * The roles of a replica.
 */
public enum Role {

	/** It has no connection to the broker. */
	DISCONNECTED,

	/** It waits for the baton. */
	STANDBY,

	/** It holds the baton and learns what was published. */
	TAKING_OVER,

	/** It publishes. */
	LEADER

}
