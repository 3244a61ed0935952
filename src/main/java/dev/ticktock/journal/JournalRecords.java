package dev.ticktock.journal;

import java.time.Instant;

import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.schedule.Skipping;

/**
 * Listens to the records of the journal that count, each once and in their order. Those
 * that lie before the first one are told to {@link #past()}. Must not block, because
 * standing by waits for it.
 */
public interface JournalRecords {

	default void tick(JournalRecord.Tick tick) {
	}

	/**
	 * A message was published by hand.
	 * @param at about when; within the time between two ticks if it lies in the past
	 */
	default void byHand(String event, Instant at) {
	}

	default void skipped(Skipping skipping) {
	}

	/**
	 * A replica has described itself, not long before this one began to read.
	 * @param at when: by this replica's clock if it is read as it is written, else by the
	 * other's, and not in the future
	 */
	default void replica(ReplicaInfo info, Instant at) {
	}

	/**
	 * A queue has dead-lettered a tick, as a message says that others may publish too.
	 * @param at about when, as by hand
	 */
	default void missed(JournalRecord.Missed missed, Instant at) {
	}

	/** Returns the listener to the records that lie before, told by another thread. */
	default JournalRecords past() {
		return this;
	}

	/**
	 * The records before the first one have been told.
	 * @param past the listener to them
	 * @param since since when all records have been told, if the journal still has them
	 */
	default void complete(JournalRecords past, Instant since) {
	}

}
