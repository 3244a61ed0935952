package dev.ticktock.leader;

import java.time.Instant;

import dev.ticktock.schedule.Schedule;
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
	 * Returns the instant until which leaders have done a schedule, as far as this
	 * replica knows; {@code null} if it does not.
	 */
	@Nullable Instant doneUntil(Schedule schedule);

	/**
	 * Returns how this replica stands with the broker.
	 */
	LeadershipStatus status();

}
