package dev.ticktock.message;

import java.util.Arrays;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The reasons for which a queue dead-letters a tick, in the broker's words.
 */
public enum MissedReason {

	EXPIRED("it expired", "they expired"),

	REJECTED("it was rejected", "they were rejected"),

	MAXLEN("the queue overflowed", "the queue overflowed"),

	DELIVERY_LIMIT("it was delivered too often", "they were delivered too often");

	private final String ofOne;

	private final String ofMany;

	MissedReason(String ofOne, String ofMany) {
		this.ofOne = ofOne;
		this.ofMany = ofMany;
	}

	/** Returns the broker's word; {@code null} for one that no broker says. */
	static @Nullable MissedReason of(String word) {
		return Arrays.stream(values()).filter((reason) -> reason.word().equals(word)).findFirst().orElse(null);
	}

	/** Returns the broker's word, which does not change. */
	@JsonValue
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	public String describe(long ticks) {
		return (ticks == 1) ? this.ofOne : this.ofMany;
	}

}
