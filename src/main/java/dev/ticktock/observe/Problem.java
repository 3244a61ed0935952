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

	/** A note reports nothing that is wrong. */
	enum Kind {

		DISCONNECTED, BLOCKED, OVERDUE, JOURNAL, UNRECORDED, CLOCK, SKIPPED, MISSED, FAILED, REFUSED, REPLICAS,
		BINDINGS, REGISTRATION, UNMATCHED, NOTE

	}

}
