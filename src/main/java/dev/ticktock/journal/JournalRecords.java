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

	/** A message was published by hand, at about that instant. */
	default void byHand(String event, Instant at) {
	}

	default void skipped(Skipping skipping) {
	}

	/** A replica has described itself, at an instant that is not in the future. */
	default void replica(ReplicaInfo info, Instant at) {
	}

	/** A queue has dead-lettered a tick at about that instant, as a message says. */
	default void missed(JournalRecord.Missed missed, Instant at) {
	}

	/** A worker has told at about that instant how a job has ended. */
	default void outcome(JournalRecord.Outcome outcome, Instant at) {
	}

	/** Returns the listener to the records that lie before, told by another thread. */
	default JournalRecords past() {
		return this;
	}

	/** The past has been told: all records since an instant that the journal has. */
	default void complete(JournalRecords past, Instant since) {
	}

}
