package dev.ticktock.journal;

import java.time.Instant;

import dev.ticktock.message.JournalRecord;

/**
 * Listens to the records of the journal that count, each once and in their order. Those
 * that lie before the first one are told to {@link #past()}. Must not block, because
 * standing by waits for it.
 */
public interface JournalRecords {

	/**
	 * Takes a record in.
	 * @param at about when it was written, not in the future
	 */
	void take(JournalRecord record, Instant at);

	/** Returns the listener to the records that lie before, told by another thread. */
	default JournalRecords past() {
		return this;
	}

	/** The past has been told: all records since an instant that the journal has. */
	default void complete(JournalRecords past, Instant since) {
	}

}
