package dev.ticktock.leader;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where this replica stands with the broker.
 *
 * @param role what it does
 * @param since when it began to
 * @param broker the broker's product, version and address; {@code null} while there is no
 * connection
 * @param trouble the last thing that went wrong, as a sentence; {@code null} once it is
 * mended
 */
record Place(Role role, Instant since, @Nullable String broker, @Nullable String trouble) {

	static Place atTheStart(Instant started) {
		return new Place(Role.DISCONNECTED, started, null, null);
	}

	static Place at(Role role, String broker, Instant since) {
		return new Place(role, since, broker, null);
	}

	/** Returns the place without a connection: it counts from the first trouble. */
	Place lost(String reason, Instant now) {
		return new Place(Role.DISCONNECTED, (this.role == Role.DISCONNECTED) ? this.since : now, null, reason);
	}

}
