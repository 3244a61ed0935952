package dev.ticktock.message;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The result of reading an outcome.
 */
public enum OutcomeStatus {

	DONE,

	/** The job has failed, or its tick was rejected. */
	FAILED,

	/** The message cannot be read. */
	REJECTED,

	/** The tick has an outcome already. */
	DOUBLED,

	/** The history has no such tick, or no longer. */
	UNKNOWN;

	/** Returns the word in messages, answers and meters, which does not change. */
	@JsonValue
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

}
