package dev.ticktock.schedule;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One slot, and no other before or after it.
 *
 * @param slot the slot, on a whole second between the years 1970 and 9999
 */
record OnceTiming(Instant slot) implements Timing {

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
		return "@at " + this.slot;
	}

}
