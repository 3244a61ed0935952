package dev.ticktock.schedule;

import java.time.Instant;

/**
 * Slots of one event, one after the other, that were no longer worth running when they
 * could be published.
 *
 * @param count how many there are
 * @param atLeast whether there may be more: counting ends at a limit
 */
public record SkippedSlots(String event, Instant first, Instant last, long count, boolean atLeast) {

	/** Returns how many there are, in words. */
	public String counted() {
		return "%s%d %s".formatted(this.atLeast ? "at least " : "", this.count, (this.count == 1) ? "slot" : "slots");
	}

	public String when() {
		return this.first.equals(this.last) ? "at %s".formatted(this.first)
				: "from %s to %s".formatted(this.first, this.last);
	}

	/** Returns these slots and others, under the event of these. */
	public SkippedSlots and(SkippedSlots others) {
		return new SkippedSlots(this.event, this.first.isBefore(others.first) ? this.first : others.first,
				this.last.isAfter(others.last) ? this.last : others.last, this.count + others.count,
				this.atLeast || others.atLeast);
	}

}
