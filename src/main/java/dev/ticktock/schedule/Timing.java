package dev.ticktock.schedule;

import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * The slots of a schedule: instants on whole seconds, the same on every replica and after
 * every restart.
 */
public sealed interface Timing permits BetweenTiming, CronTiming, EveryTiming, OnceTiming {

	/** Returns the first slot after an instant; {@code null} if there is none. */
	@Nullable Instant next(Instant after);

	/** Returns the last slot before a slot; {@code null} if there is none. */
	@Nullable Instant previous(Instant slot);

	/**
	 * Counts the slots after one instant and before another.
	 * @param limit the number at which counting one by one stops; a computed count has no
	 * limit
	 */
	long count(Instant after, Instant before, long limit);

	/** Returns the slot that would follow a slot if there were no end. */
	default @Nullable Instant nextWithoutEnd(Instant slot) {
		return next(slot);
	}

	/** Returns the last slot of all; {@code null} if there is none. */
	default @Nullable Instant last() {
		return null;
	}

	/** Whether counting takes the longer, the more slots there are. */
	default boolean isCountedOneByOne() {
		return false;
	}

	/** Returns the time zone that the slots depend on, if any. */
	default @Nullable ZoneId zone() {
		return null;
	}

	/** Returns a line from which exactly these slots follow, under any defaults. */
	String definition();

}
