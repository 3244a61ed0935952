package dev.ticktock.time;

import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Paces actions: some are taken at once, then one a minute, and each minute without an
 * action makes room for one more. Safe for use by several threads.
 */
public final class Throttle {

	public static final Duration PAUSE = Duration.ofMinutes(1);

	private final Uptime uptime;

	private final int atOnce;

	/** The uptime from which on all may come at once again. */
	private Duration rested = Duration.ZERO;

	private long held;

	public Throttle(Uptime uptime) {
		this(uptime, 1);
	}

	public Throttle(Uptime uptime, int atOnce) {
		this.uptime = uptime;
		this.atOnce = atOnce;
	}

	/** Whether an action may be taken now; if so, it counts as taken. */
	public synchronized boolean takes() {
		Duration now = this.uptime.now();
		Duration from = (this.rested.compareTo(now) > 0) ? this.rested : now;
		boolean room = from.minus(now).compareTo(PAUSE.multipliedBy(this.atOnce - 1L)) <= 0;
		this.rested = room ? from.plus(PAUSE) : this.rested;
		return room;
	}

	/**
	 * Returns what to append to a line of the log: how many were held back since the one
	 * before; empty if none was.
	 */
	public static String more(long held) {
		return (held == 0) ? "" : "; %d more since the last such line".formatted(held);
	}

	/**
	 * Takes an action if there is room for it.
	 * @param action called with the number of actions held back since the one before
	 */
	public synchronized void take(LongConsumer action) {
		if (!takes()) {
			this.held++;
			return;
		}
		long before = this.held;
		this.held = 0;
		action.accept(before);
	}

}
