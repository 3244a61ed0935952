package dev.ticktock.support;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A moment of the clock, for tests in which it matters when something happens. What has
 * to happen is awaited, not the time that it takes.
 */
public final class Moment {

	private Moment() {
	}

	public static void await(Instant instant) {
		for (Instant now = Instant.now(); now.isBefore(instant); now = Instant.now()) {
			LockSupport.parkNanos(Duration.between(now, instant).toNanos());
		}
	}

	/**
	 * Waits between 1.2 s and 2.2 s, so that what follows happens at any point between
	 * two slots.
	 */
	public static void awaitAny() {
		await(Instant.now().plusMillis(ThreadLocalRandom.current().nextLong(1200, 2200)));
	}

}
