package dev.ticktock.schedule;

import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * The slots of another timing from one instant until another, both included.
 *
 * @param from a whole second; {@code null} if there is no beginning
 * @param until a whole second; {@code null} if there is no end
 */
record BetweenTiming(Timing timing, @Nullable Instant from, @Nullable Instant until) implements Timing {

	/** Limits a timing, further if it is limited already. */
	static Timing of(Timing timing, @Nullable Instant from, @Nullable Instant until) {
		boolean inside = timing instanceof OnceTiming once && (from == null || !once.slot().isBefore(from))
				&& (until == null || !once.slot().isAfter(until));
		if (inside || (from == null && until == null)) {
			return timing;
		}
		if (!(timing instanceof BetweenTiming limited)) {
			return new BetweenTiming(timing, from, until);
		}
		boolean later = from != null && (limited.from == null || from.isAfter(limited.from));
		boolean earlier = until != null && (limited.until == null || until.isBefore(limited.until));
		return new BetweenTiming(limited.timing, later ? from : limited.from, earlier ? until : limited.until);
	}

	@Override
	public @Nullable Instant next(Instant after) {
		Instant next = this.timing.next(after(after));
		return (next != null && this.until != null && next.isAfter(this.until)) ? null : next;
	}

	@Override
	public @Nullable Instant previous(Instant slot) {
		Instant previous = this.timing.previous(before(slot));
		return (previous != null && this.from != null && previous.isBefore(this.from)) ? null : previous;
	}

	@Override
	public @Nullable Instant nextWithoutEnd(Instant slot) {
		return this.timing.nextWithoutEnd(slot);
	}

	@Override
	public @Nullable Instant last() {
		return (this.until != null) ? previous(Instant.MAX) : this.timing.last();
	}

	@Override
	public long count(Instant after, Instant before, long limit) {
		return this.timing.count(after(after), before(before), limit);
	}

	@Override
	public boolean isCountedOneByOne() {
		return this.timing.isCountedOneByOne();
	}

	private Instant after(Instant after) {
		return (this.from != null && after.isBefore(this.from)) ? this.from.minusSeconds(1) : after;
	}

	/** Timings look back from whole seconds only. */
	private Instant before(Instant before) {
		return (this.until != null && before.isAfter(this.until)) ? this.until.plusSeconds(1) : before;
	}

	@Override
	public @Nullable ZoneId zone() {
		return this.timing.zone();
	}

	/** Older versions refuse this line instead of ignoring the limits. */
	@Override
	public String definition() {
		return ((this.from != null) ? "@from " + this.from + " " : "")
				+ ((this.until != null) ? "@until " + this.until + " " : "") + this.timing.definition();
	}

}
