package dev.ticktock.journal;

/**
 * Called as the reading of the journal goes on, by the thread that reads. Must not block.
 */
public interface JournalListener {

	/**
	 * A marker has been read, or everything that had been published when reading began.
	 */
	void advanced();

	/** A checkpoint has been read. */
	void checkpoint();

}
