package dev.ticktock.missed;

import dev.ticktock.message.MissedTicks;

/**
 * Hears of ticks that nobody took, each once, on every replica. Must not block.
 */
@FunctionalInterface
public interface MissedListener {

	/** A leader has found ticks that nobody took. */
	void newlyMissed(MissedTicks missed);

}
