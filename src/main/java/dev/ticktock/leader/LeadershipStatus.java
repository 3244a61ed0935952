package dev.ticktock.leader;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a replica stands with the broker.
 *
 * @param replica the replica's name
 * @param role what the replica does
 * @param since when it began to
 * @param broker the broker's product, version and address; {@code null} while there is no
 * connection
 * @param trouble the last thing that went wrong, as a sentence; {@code null} once it is
 * mended
 */
public record LeadershipStatus(String replica, Role role, Instant since, @Nullable String broker,
		@Nullable String trouble) {

	/**
	 * What a replica does.
	 */
	public enum Role {

		/** It has no connection to the broker. */
		DISCONNECTED,

		/** It publishes. */
		LEADER

	}

}
