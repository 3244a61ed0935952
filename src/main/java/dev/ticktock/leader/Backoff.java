package dev.ticktock.leader;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The pauses between attempts: none before the first, then doubling up to a few seconds.
 * A connection that was lost at once does not count as a success.
 */
final class Backoff {

	private static final Duration SHORTEST = Duration.ofMillis(100);

	private static final Duration LONGEST = Duration.ofSeconds(3);

	private static final Duration PROVEN = Duration.ofSeconds(10);

	private final Semaphore wake = new Semaphore(0);

	private Duration next = Duration.ZERO;

	private long connectedAt;

	private boolean connected;

	/** Says that an attempt has succeeded. */
	void connected() {
		this.connected = true;
		this.connectedAt = System.nanoTime();
	}

	private Duration next() {
		if (this.connected) {
			this.connected = false;
			if (System.nanoTime() - this.connectedAt > PROVEN.toNanos()) {
				this.next = Duration.ZERO;
			}
		}
		return this.next;
	}

	/** Says how long the next pause will be. */
	String describe() {
		Duration pause = next();
		return pause.isZero() ? "immediately" : "in " + pause.toMillis() + " ms";
	}

	/** Waits for the next attempt, or until woken. */
	void pause() {
		Duration pause = next();
		Duration doubled = pause.multipliedBy(2);
		this.next = pause.isZero() ? SHORTEST : (doubled.compareTo(LONGEST) < 0) ? doubled : LONGEST;
		try {
			this.wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Ends the pause; called by another thread. */
	void wake() {
		this.wake.release();
	}

}
