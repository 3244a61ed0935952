package dev.ticktock.publish;

import dev.ticktock.schedule.Tick;

/**
 * Hears how a term goes. Must not block.
 */
public interface TermListener {

	/**
	 * Tells, on the thread of the connection, that the broker has confirmed a tick.
	 * @param accepted whether every queue took it
	 */
	void settled(Tick tick, boolean accepted);

	/**
	 * Tells, on the ticker's thread, that all that was due when the term began has been
	 * handed to the broker. Comes once.
	 */
	void caughtUp();

}
