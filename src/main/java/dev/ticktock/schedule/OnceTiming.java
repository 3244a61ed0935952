package dev.ticktock.schedule;

import java.time.DateTimeException;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One slot, and no other before or after it.
 *
 * @param slot the slot, on a whole second between the years 1970 and 9999
 */
record OnceTiming(Instant slot) implements Timing {

	private static final String PREFIX = "@at ";

	/** Returns the slot of a definition; the earliest instant if this is not one. */
	static Instant slotOf(String definition) {
		try {
			return Instant.parse(definition.substring(Math.min(PREFIX.length(), definition.length())));
		}
		catch (DateTimeException ex) {
			// Another version of TickTock has written it.
			return Instant.MIN;
		}
	}

	@Override
	public @Nullable Instant next(Instant after) {
		return after.isBefore(this.slot) ? this.slot : null;
	}

	@Override
	public @Nullable Instant previous(Instant other) {
		return this.slot.isBefore(other) ? this.slot : null;
	}

	@Override
	public long count(Instant after, Instant before, long limit) {
		return (after.isBefore(this.slot) && this.slot.isBefore(before)) ? 1 : 0;
	}

	@Override
	public Instant last() {
		return this.slot;
	}

	@Override
	public String definition() {
		return PREFIX + this.slot;
	}

}
