package dev.ticktock.message;

import java.time.Duration;
import java.time.Instant;

import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;

/**
 * A record of the journal, as {@link JournalDecoder} reads it.
 */
public sealed interface JournalRecord {

	/**
	 * Returns the latest instant that the record tells of, which must not lie in the
	 * future; {@code null} if it tells of none.
	 */
	default @Nullable Instant instant() {
		return null;
	}

	/**
	 * A tick that TickTock has published.
	 *
	 * @param published when, by the clock of its leader; {@code null} if it does not say
	 * @param leader the replica that published it; empty if it does not say
	 */
	record Tick(String event, Instant slot, @Nullable Instant published, String leader, String messageId,
			@Nullable String correlationId) implements JournalRecord {

		@Override
		public Instant instant() {
			return this.slot;
		}

	}

	/** A message to the exchange of others. It moves no schedule, even if it looks so. */
	record ByHand(String event) implements JournalRecord {
	}

	/**
	 * A record that its publisher waits to read: everything published before has been
	 * read then.
	 *
	 * @param term the term of the new leader that published it; {@code null} if none did
	 */
	record Marker(String id, @Nullable String term) implements JournalRecord {
	}

	record CheckpointRecord(String term, Checkpoint checkpoint) implements JournalRecord {

		@Override
		public Instant instant() {
			return this.checkpoint.latest();
		}

	}

	/** The part of a checkpoint that is new since the last one of the term. */
	record Added(Checkpoint part) implements JournalRecord {

		@Override
		public Instant instant() {
			return this.part.latest();
		}

	}

	record Skipped(Skipping skipping) implements JournalRecord {

		@Override
		public Instant instant() {
			return this.skipping.noticed();
		}

	}

	record Replica(ReplicaInfo info) implements JournalRecord {
	}

	/**
	 * A tick that a queue has dead-lettered, as the message says. Others may publish such
	 * a message, so it only counts if the tick was published with its correlation id.
	 *
	 * @param queue the queue that dead-lettered it last
	 */
	record Missed(String event, Instant slot, @Nullable String correlationId, String queue,
			MissedReason reason) implements JournalRecord {
	}

	/**
	 * The end of a job, as its worker says. Others may publish such a message, so it only
	 * counts if the tick was published with these ids.
	 *
	 * @param slot the slot of the tick; {@code null} if the message names none
	 * @param message why the job has failed, or why the message is rejected; may be empty
	 */
	record Outcome(String event, @Nullable Instant slot, @Nullable String correlationId, OutcomeStatus status,
			String message, @Nullable Instant startedAt, @Nullable Duration took) implements JournalRecord {
	}

	/** A message that looks like a control message, of an account that is not trusted. */
	record Distrusted() implements JournalRecord {
	}

	/** A control message whose body cannot be read. */
	record Unreadable(String problem) implements JournalRecord {
	}

	/** A message that means nothing to this version. */
	record Unknown() implements JournalRecord {
	}

}
