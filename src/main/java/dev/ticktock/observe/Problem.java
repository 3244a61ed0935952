package dev.ticktock.observe;

import org.jspecify.annotations.Nullable;

/**
 * Something that people must act on.
 *
 * @param kind what it is, in one word that does not change
 * @param event the event that it is about; {@code null} if it is about none
 * @param what what is wrong, as a sentence
 * @param remedy what to do about it
 */
record Problem(Kind kind, @Nullable String event, String what, String remedy) {

	boolean isNote() {
		return this.kind == Kind.NOTE;
	}

	/**
	 * What can be wrong.
	 */
	enum Kind {

		/** This replica has no connection to the broker. */
		DISCONNECTED,

		/** The broker accepts no messages. */
		BLOCKED,

		/** A slot has passed, and no replica has published. */
		OVERDUE,

		/** The journal is not being read. */
		JOURNAL,

		/** The journal does not record the ticks of this leader. */
		UNRECORDED,

		/** A clock is wrong. */
		CLOCK,

		/** Slots were skipped in the last day. */
		SKIPPED,

		/** Ticks were missed in the last day. */
		MISSED,

		/** A queue rejects ticks, or the broker itself refuses them. */
		REFUSED,

		/** Replicas are not configured in the same way. */
		REPLICAS,

		/** The bindings cannot be read, or there are too many. */
		BINDINGS,

		/** A worker asks for a schedule and does not get it. */
		REGISTRATION,

		/** A worker waits for ticks that never come. */
		UNMATCHED,

		/** Nothing is wrong with the schedules; it is only good to know. */
		NOTE

	}

}
