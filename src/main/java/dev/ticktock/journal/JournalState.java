package dev.ticktock.journal;

/**
 * Whether the journal is read.
 */
public enum JournalState {

	/** It is switched off, or the broker has no streams. */
	OFF,

	/** It is being connected to. */
	DETACHED,

	/** It is read. */
	ATTACHED,

	/** It is read, but the ticks that this leader publishes are not in it. */
	INCOMPLETE

}
