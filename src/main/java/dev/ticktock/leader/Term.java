package dev.ticktock.leader;

import java.util.List;

import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Tick;

/**
 * The time during which this replica publishes. A term that has ended never publishes
 * again.
 */
public interface Term {

	/**
	 * Returns the last tick that was published before this term: its ticks are those
	 * after it.
	 */
	Cursor start();

	/**
	 * Says whether the broker takes messages at the moment. While it does not, ticks
	 * should wait for it here, where they can expire, and not in its buffers.
	 */
	boolean accepting();

	/**
	 * Hands ticks to the broker in the given order, without waiting for its confirms.
	 * @throws TermEndedException if the term has ended, before, between or after these
	 * ticks: which of them were published is known at the start of the next term
	 */
	void publish(List<Tick> ticks) throws TermEndedException;

}
