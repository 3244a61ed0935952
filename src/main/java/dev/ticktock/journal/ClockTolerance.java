package dev.ticktock.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Distinguishes instants that may have been published from those that only a wrong clock
 * can show.
 *
 * @param clock this replica's clock
 * @param tolerance how far another replica's clock may be ahead of it
 */
public record ClockTolerance(Clock clock, Duration tolerance) {

	/** Whether an instant lies further ahead than clocks that are right differ. */
	public boolean isAhead(Instant instant) {
		return instant.isAfter(this.clock.instant().plus(this.tolerance));
	}

}
