package dev.ticktock.leader;

import java.time.Instant;

import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;

/**
 * Hears what this replica publishes while it leads. Must neither block nor fail.
 */
public interface TickListener {

	/**
	 * Tells, on the thread of the connection, that the broker has accepted a tick.
	 * @param confirmed when it said so
	 */
	void published(Tick tick, Instant confirmed);

	/** Tells, on the ticker's thread, that slots have been skipped. */
	void skipped(Skipping skipping);

}
