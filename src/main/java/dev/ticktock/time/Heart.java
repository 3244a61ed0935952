package dev.ticktock.time;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Shows that one thread goes on. Called by that thread.
 */
public final class Heart {

	private final Supplier<Duration> heldUpUntil;

	private final Hearts hearts;

	private final String thread;

	Heart(Hearts hearts, String thread, Supplier<Duration> heldUpUntil) {
		this.hearts = hearts;
		this.thread = thread;
		this.heldUpUntil = heldUpUntil;
	}

	/**
	 * Beats.
	 * @param within how long the thread expects to take until it beats again
	 */
	public void beat(Duration within) {
		this.hearts.beat(this.thread, within, this.heldUpUntil);
	}

	/** Expects nothing of the thread until it beats: it waits for something else. */
	public void rest() {
		this.hearts.beat(this.thread, null, this.heldUpUntil);
	}

	/** Ends with the thread. */
	public void stop() {
		this.hearts.stop(this.thread);
	}

}
