package dev.ticktock.schedule;

import java.time.Instant;

/**
 * Slots of one event, one after the other, that were no longer worth running when they
 * could be published.
 *
 * @param event the event
 * @param first the first of the slots
 * @param last the last of the slots
 * @param count how many there are
 * @param atLeast whether there may be more: counting ends at a limit
 */
public record SkippedSlots(String event, Instant first, Instant last, long count, boolean atLeast) {

	/** The slot of one tick. */
	public static SkippedSlots of(Tick tick) {
		return new SkippedSlots(tick.event(), tick.slot(), tick.slot(), 1, false);
	}

	/** Returns when they were due, in words. */
	public String when() {
		return this.first.equals(this.last) ? "at %s".formatted(this.first)
				: "from %s to %s".formatted(this.first, this.last);
	}

	/** Returns these slots and those of the same event that come after them. */
	public SkippedSlots and(SkippedSlots later) {
		return new SkippedSlots(this.event, this.first, later.last, this.count + later.count,
				this.atLeast || later.atLeast);
	}

}
