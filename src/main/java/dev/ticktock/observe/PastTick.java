package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A tick that was published.
 *
 * @param slot the slot; of a message by hand about when it was published, to the second
 * @param lag the time from the slot until it was published; {@code null} if nobody knows,
 * and for a message by hand
 * @param leader the replica that published it; {@code null} for a message by hand
 */
record PastTick(Instant slot, @Nullable Duration lag, @Nullable String leader) {

	boolean byHand() {
		return this.leader == null;
	}

}
