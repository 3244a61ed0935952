package dev.ticktock.discovery;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many lines may be written: some at once, and then one every few seconds. What
 * workers do again and again must not fill a disk. Not safe for use by several threads.
 */
final class LineBudget {

	static final int AT_ONCE = 20;

	static final Duration EACH = Duration.ofSeconds(6);

	private final LongSupplier nanos;

	private long refilled;

	private int left = AT_ONCE;

	/**
	 * Creates a full budget.
	 * @param nanos a time to measure with, as {@link System#nanoTime}
	 */
	LineBudget(LongSupplier nanos) {
		this.nanos = nanos;
		this.refilled = nanos.getAsLong();
	}

	/** Takes lines out, as many as there are. */
	int take(int wanted) {
		long earned = (this.nanos.getAsLong() - this.refilled) / EACH.toNanos();
		this.refilled += earned * EACH.toNanos();
		this.left = (int) Math.min(AT_ONCE, this.left + earned);
		int taken = Math.min(wanted, this.left);
		this.left -= taken;
		return taken;
	}

}
