package dev.ticktock.publish;

import java.time.Duration;

import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps those ends of terms apart that a broken channel is the reason of: however often a
 * replica believes that its channel is broken, it gives up the lead for it once an hour.
 * Belongs to the replica and outlives its terms. Called by one thread.
 */
public final class TermEnds {

	private static final Logger logger = LoggerFactory.getLogger(TermEnds.class);

	static final Duration APART = Duration.ofHours(1);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final Uptime uptime;

	private final Throttle lines;

	private @Nullable Duration last;

	/**
	 * Creates the ends of a replica that has not led yet.
	 */
	public TermEnds(Uptime uptime) {
		this.uptime = uptime;
		this.lines = new Throttle(uptime, PAUSE);
	}

	/** Says whether the last one is long enough ago. */
	boolean isNextDue() {
		return this.last == null || this.uptime.isOver(APART, this.last);
	}

	/** Takes note of an end. */
	void ended() {
		this.last = this.uptime.now();
	}

	/** Tells that a term goes on that would have ended otherwise. */
	void putOff(String event) {
		this.lines.take((held) -> logger.warn(
				"A queue rejects ticks of {} that it accepts on another channel; they are published again there. Leadership was given up for the same reason within the last hour",
				event));
	}

}
