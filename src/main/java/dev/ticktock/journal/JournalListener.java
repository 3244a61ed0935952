package dev.ticktock.journal;

import java.time.Instant;

import dev.ticktock.message.JournalRecord;

/**
 * Listens to the records of the journal that count, each once and in their order. Those
 * that lie before the first one are handed to {@link #past()}. Must not block, because
 * standing by waits for it.
 */
public interface JournalListener {

	/**
	 * Takes a record in.
	 * @param at about when it was written, not in the future
	 */
	void take(JournalRecord record, Instant at);

	/**
	 * Returns the listener to the records that lie before, which another thread reads. By
	 * default, these are ignored.
	 */
	default JournalListener past() {
		return (record, at) -> {
		};
	}

	/**
	 * Called once, when all records that lie before have been handed to the listener to
	 * them.
	 * @param since the earliest instant of which the journal may have records
	 */
	default void complete(JournalListener past, Instant since) {
	}

}
