package dev.ticktock.leader;

import java.time.Instant;

import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;

/**
 * Called for what this replica publishes while it leads. Must neither block nor fail.
 */
public interface TickListener {

	/**
	 * The broker has accepted a tick; called on the thread of the connection.
	 * @param confirmed when it said so
	 */
	void published(Tick tick, Instant confirmed);

	/** Slots have been skipped; called on the ticker's thread. */
	void skipped(Skipping skipping);

}
