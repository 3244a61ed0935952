package dev.ticktock.time;

import java.time.Duration;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the log from filling: takes the first at once, then one after each pause, and
 * counts the others. Safe for use by several threads.
 */
public final class Throttle {

	private final Uptime uptime;

	private final Duration pause;

	private @Nullable Duration last;

	private long held;

	public Throttle(Uptime uptime, Duration pause) {
		this.uptime = uptime;
		this.pause = pause;
	}

	/**
	 * Takes an action, unless one was taken a short while ago.
	 * @param action called with the number of actions held back since the one before
	 */
	public synchronized void take(LongConsumer action) {
		if (this.last != null && !this.uptime.isOver(this.pause, this.last)) {
			this.held++;
			return;
		}
		this.last = this.uptime.now();
		long before = this.held;
		this.held = 0;
		action.accept(before);
	}

}
