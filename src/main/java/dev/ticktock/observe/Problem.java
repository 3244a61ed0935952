package dev.ticktock.observe;

import org.jspecify.annotations.Nullable;

/**
 * Something that people must act on: what is wrong and what to do about it, as sentences.
 *
 * @param event the event that it is about; {@code null} if it is about none
 */
record Problem(Kind kind, @Nullable String event, String what, String remedy) {

	boolean isNote() {
		return this.kind == Kind.NOTE;
	}

	/** Words that do not change. A note reports nothing that is wrong. */
	enum Kind {

		DISCONNECTED, BLOCKED, OVERDUE, JOURNAL, UNRECORDED, CLOCK, SKIPPED, MISSED, FAILED, REFUSED, REPLICAS,
		BINDINGS, REGISTRATION, UNMATCHED, NOTE

	}

}
