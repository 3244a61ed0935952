package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * Evenly spaced slots: the multiples of a period since the epoch.
 *
 * @param period the time between two slots, a positive number of whole seconds, at most
 * ten years
 */
record EveryTiming(Duration period) implements Timing {

	private static final Duration LONGEST = Duration.ofDays(3650);

	EveryTiming {
		if (period.toNanosPart() != 0 || period.toSeconds() < 1) {
			throw new IllegalArgumentException("a period is a whole number of seconds, at least one");
		}
		if (period.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException("a period is at most 3650 days");
		}
	}

	@Override
	public Instant next(Instant after) {
		return slot(index(after) + 1);
	}

	@Override
	public Instant previous(Instant slot) {
		return slot(index(slot.minusNanos(1)));
	}

	@Override
	public long count(Instant after, Instant before, long limit) {
		return Math.max(0, index(before.minusNanos(1)) - index(after));
	}

	@Override
	public String definition() {
		return "@every " + this.period;
	}

	private long index(Instant instant) {
		return Math.floorDiv(instant.getEpochSecond(), this.period.toSeconds());
	}

	private Instant slot(long index) {
		return Instant.ofEpochSecond(index * this.period.toSeconds());
	}

}
