package dev.ticktock.broker;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.ticktock.time.Uptime;

/**
 * The pauses between attempts: none before the first, then doubling up to a few seconds.
 * A connection that was lost at once does not count as a success.
 */
public final class Backoff {

	private static final Duration SHORTEST = Duration.ofMillis(100);

	private static final Duration LONGEST = Duration.ofSeconds(3);

	private static final Duration PROVEN = Duration.ofSeconds(10);

	private final Semaphore wake = new Semaphore(0);

	private final Uptime uptime;

	private final Duration first;

	private final Duration longest;

	private Duration next;

	private Duration connectedAt = Duration.ZERO;

	private boolean connected;

	/** Creates the pauses of a connection that should be open all the time. */
	public Backoff(Uptime uptime) {
		this(uptime, Duration.ZERO, LONGEST);
	}

	/**
	 * Creates pauses.
	 * @param first the first one, which may be zero
	 * @param longest the bound of the others
	 */
	public Backoff(Uptime uptime, Duration first, Duration longest) {
		this.uptime = uptime;
		this.first = first;
		this.longest = longest;
		this.next = first;
	}

	/** Records that an attempt has succeeded. */
	public void connected() {
		this.connected = true;
		this.connectedAt = this.uptime.now();
	}

	private Duration next() {
		if (this.connected) {
			this.connected = false;
			if (this.uptime.isOver(PROVEN, this.connectedAt)) {
				this.next = this.first;
			}
		}
		return this.next;
	}

	/** Returns the next pause in words. */
	public String describe() {
		Duration pause = next();
		return pause.isZero() ? "immediately" : "in " + pause.toMillis() + " ms";
	}

	/** Returns the next pause; the one after it is longer. */
	Duration advance() {
		Duration pause = next();
		Duration doubled = pause.multipliedBy(2);
		this.next = pause.isZero() ? SHORTEST : (doubled.compareTo(this.longest) < 0) ? doubled : this.longest;
		return pause;
	}

	/** Waits for the next attempt, or until woken. */
	public void pause() {
		try {
			this.wake.tryAcquire(advance().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Ends the pause; called by another thread. */
	public void wake() {
		this.wake.release();
	}

}
