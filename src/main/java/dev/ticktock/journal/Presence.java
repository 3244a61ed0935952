package dev.ticktock.journal;

import dev.ticktock.message.Hello;

/**
 * Says what this replica is, so that the others know of it.
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
