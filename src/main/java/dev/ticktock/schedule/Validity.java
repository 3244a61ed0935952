package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

/**
 * How long after its slot a tick is still worth running.
 *
 * @param atMost the longest that a tick is valid
 * @param halfTheGap whether a tick is valid for half the time to the next slot at most
 */
public record Validity(Duration atMost, boolean halfTheGap) {

	/** RabbitMQ closes the channel of a publisher that asks for more. */
	private static final Duration LONGEST = Duration.ofDays(3650);

	/** No worker would receive a tick with a shorter one. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	public Validity {
		if (atMost.compareTo(SHORTEST) < 0 || atMost.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"a validity is at least 1 s and at most 3650 days, and a number without a unit is in milliseconds");
		}
	}

	/** Half the time from the slot to the next one, but at most the given duration. */
	public static Validity halfTheGap(Duration atMost) {
		return new Validity(atMost, true);
	}

	/** Always the given duration, however close the next slot is. */
	public static Validity of(Duration duration) {
		return new Validity(duration, false);
	}

	public String describe() {
		return this.halfTheGap ? "half the time to the next slot" : this.atMost.toString();
	}

	/** Returns the instant from which the tick of a slot is no longer worth running. */
	public Instant until(Instant slot, @Nullable Instant next) {
		if (!this.halfTheGap || next == null) {
			return slot.plus(this.atMost);
		}
		// Slots are whole seconds. Duration.dividedBy computes slowly, in decimals.
		Duration half = Duration.ofMillis(500 * slot.until(next, ChronoUnit.SECONDS));
		return slot.plus((half.compareTo(this.atMost) < 0) ? half : this.atMost);
	}

}
