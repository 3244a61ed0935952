package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What became of a slot, or of several that were skipped together. Fields that are
 * {@code null} are left out.
 *
 * @param slot the slot; of several the first; of a message by hand about when it was
 * published
 * @param state what became of it
 * @param lagMillis the time from the slot until it was published
 * @param until the last of several slots
 * @param count how many slots, if they are several
 */
record Mark(Instant slot, State state, @Nullable Long lagMillis, @Nullable Instant until, @Nullable Long count) {

	/** The lag from which a tick counts as late. */
	static final Duration LATE = Duration.ofSeconds(1);

	static Mark of(PastTick tick) {
		Duration lag = tick.lag();
		State state = tick.byHand() ? State.BY_HAND
				: (lag != null && lag.compareTo(LATE) >= 0) ? State.LATE : State.PUBLISHED;
		return new Mark(tick.slot(), state, (lag != null) ? lag.toMillis() : null, null, null);
	}

	/** Returns the mark of a tick that nobody took. */
	Mark missed() {
		return new Mark(this.slot, State.MISSED, this.lagMillis, null, null);
	}

	static Mark of(PastSkip skip) {
		boolean several = skip.slots().count() > 1;
		return new Mark(skip.slots().first(), State.SKIPPED, null, several ? skip.slots().last() : null,
				several ? skip.slots().count() : null);
	}

	/** Returns the instant at which it ends. */
	Instant end() {
		return (this.until != null) ? this.until : this.slot;
	}

	/**
	 * What can become of a slot.
	 */
	enum State {

		/** It was published. */
		PUBLISHED,

		/** It was published a second or more after the slot. */
		LATE,

		/** It was published, and a queue gave its tick away: nobody took it. */
		MISSED,

		/** Somebody published it by hand. */
		BY_HAND,

		/** It was skipped. */
		SKIPPED

	}

}
