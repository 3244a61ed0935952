package dev.ticktock.time;

import java.time.Duration;

/**
 * For how long this process has run. Limits and intervals are measured by it, because it
 * goes on evenly while the clock is set. Safe for use by several threads.
 */
@FunctionalInterface
public interface Uptime {

	/** Returns the time since this instance was made. */
	Duration now();

	/** Returns the time that has passed since an earlier answer of {@link #now()}. */
	default Duration since(Duration earlier) {
		return now().minus(earlier);
	}

	/** Whether more than a duration has passed since an earlier answer. */
	default boolean isOver(Duration duration, Duration since) {
		return since(since).compareTo(duration) > 0;
	}

	/** Begins at zero. The process has one, so that its answers can be compared. */
	static Uptime ofProcess() {
		long origin = System.nanoTime();
		return () -> Duration.ofNanos(System.nanoTime() - origin);
	}

}
