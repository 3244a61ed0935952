package dev.ticktock.broker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeat that connections ask for. A short one finds a silent host early, and ends
 * a connection to one that is merely busy. So it is doubled, up to five seconds, when the
 * broker has missed it three times within ten minutes, and is the configured one again
 * after an hour. Safe for use by several threads.
 */
final class Heartbeat {

	private static final Logger logger = LoggerFactory.getLogger(Heartbeat.class);

	/** Longer ones are the choice of the operator, and are never changed. */
	private static final Duration LONGEST = Duration.ofSeconds(5);

	private static final int MISSES = 3;

	private static final Duration SPAN = Duration.ofMinutes(10);

	private static final Duration RAISED_FOR = Duration.ofHours(1);

	/** The usual one; zero for none. */
	private final Duration configured;

	private final Uptime uptime;

	private final Deque<Duration> misses = new ArrayDeque<>();

	private Duration current;

	private Duration raised = Duration.ZERO;

	Heartbeat(Duration configured, Uptime uptime) {
		this.configured = configured;
		this.uptime = uptime;
		this.current = configured;
	}

	synchronized Duration next() {
		if (!this.current.equals(this.configured) && this.uptime.isOver(RAISED_FOR, this.raised)) {
			this.current = this.configured;
		}
		return this.current;
	}

	/** Notes that a connection has ended because the broker was silent. */
	synchronized void missed() {
		Duration now = this.uptime.now();
		this.misses.removeIf((miss) -> this.uptime.isOver(SPAN, miss));
		this.misses.add(now);
		Duration heartbeat = next();
		if (this.misses.size() < MISSES || heartbeat.isZero() || heartbeat.compareTo(LONGEST) >= 0) {
			return;
		}
		this.misses.clear();
		this.raised = now;
		Duration doubled = heartbeat.multipliedBy(2);
		this.current = (doubled.compareTo(LONGEST) < 0) ? doubled : LONGEST;
		logger.warn(
				"The broker was silent {} times within {} minutes; for an hour, the heartbeat is {} s instead of {} s",
				MISSES, SPAN.toMinutes(), this.current.toSeconds(), this.configured.toSeconds());
	}

}
