package dev.ticktock.journal;

import java.time.Instant;

import dev.ticktock.message.Hello;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.schedule.Skipping;

/**
 * Hears of the records of the journal that count, each once. Those of the last hour and
 * all that follow come in their order; older ones come later, on another thread, a
 * stretch at a time. Must not block, because standing by waits for it. A listener
 * overrides what it wants to hear.
 */
public interface JournalRecords {

	/** A tick of a schedule has been published. */
	default void tick(JournalRecord.Tick tick) {
	}

	/**
	 * Somebody has published a message by hand.
	 * @param at about when; within the time between two ticks if it lies in the past
	 */
	default void byHand(String event, Instant at) {
	}

	/** A leader has skipped slots. */
	default void skipped(Skipping skipping) {
	}

	/**
	 * A replica has said hello within the last hour, or goodbye.
	 * @param at when: by this replica's clock if it is heard as it is said, else by the
	 * other's, and not in the future
	 */
	default void hello(Hello hello, Instant at) {
	}

	/**
	 * A leader has found ticks that nobody took. Two leaders may have found the same one:
	 * the first was killed before it could say so to the broker.
	 */
	default void missed(MissedTicks missed) {
	}

	/** All records since an instant have been told, if the journal still has them. */
	default void completeSince(Instant instant) {
	}

}
