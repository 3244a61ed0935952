package dev.ticktock.time;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Shows that one thread goes on. Called by that thread.
 */
public final class Heart {

	private final Hearts hearts;

	private final String thread;

	private final Supplier<Duration> heldUpUntil;

	Heart(Hearts hearts, String thread, Supplier<Duration> heldUpUntil) {
		this.hearts = hearts;
		this.thread = thread;
		this.heldUpUntil = heldUpUntil;
	}

	String thread() {
		return this.thread;
	}

	Supplier<Duration> heldUpUntil() {
		return this.heldUpUntil;
	}

	/**
	 * Beats.
	 * @param within how long the thread expects to take until it beats again; the grace
	 * is added
	 */
	public void beat(Duration within) {
		this.hearts.beat(this, within);
	}

	/** Expects nothing of the thread until it beats: it waits for something else. */
	public void rest() {
		this.hearts.beat(this, null);
	}

	/** Says that the thread ends as it should. */
	public void stop() {
		this.hearts.stop(this);
	}

}
