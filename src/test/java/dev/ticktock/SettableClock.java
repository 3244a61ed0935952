package dev.ticktock;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until a test sets it. Safe for use by several threads.
 */
public final class SettableClock extends Clock {

	private volatile Instant instant;

	public SettableClock(Instant instant) {
		this.instant = instant;
	}

	/**
	 * Sets the clock, forwards or back.
	 */
	public void set(Instant instant) {
		this.instant = instant;
	}

	/**
	 * Sets the clock forwards, or back by a negative duration.
	 */
	public synchronized void advance(Duration duration) {
		this.instant = this.instant.plus(duration);
	}

	@Override
	public Instant instant() {
		return this.instant;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	/**
	 * Not supported: a copy could not be set with its original.
	 */
	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException("A settable clock is in UTC");
	}

}
