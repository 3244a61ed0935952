package dev.ticktock.journal;

import dev.ticktock.message.Hello;

/**
 * Returns the state of this replica, for the others.
 */
@FunctionalInterface
public interface Presence {

	/**
	 * Returns what this replica says of itself. Asked every half second while it reads
	 * the journal as it is written and the broker takes messages, by the thread that
	 * watches over the reading; must not block.
	 */
	Hello hello();

}
