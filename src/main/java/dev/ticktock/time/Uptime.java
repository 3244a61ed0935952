package dev.ticktock.time;

import java.time.Duration;

/**
 * Tells for how long this process has run. Limits and intervals are measured by it,
 * because it goes on evenly while the clock is set. Safe for use by several threads.
 */
@FunctionalInterface
public interface Uptime {

	/** Returns the time since an origin that is the same for the whole process. */
	Duration now();

	/** Returns the time that has passed since an earlier answer of {@link #now()}. */
	default Duration since(Duration earlier) {
		return now().minus(earlier);
	}

	/** Says whether more than a duration has passed since an earlier answer. */
	default boolean isOver(Duration duration, Duration since) {
		return since(since).compareTo(duration) > 0;
	}

	/** The process's own. */
	static Uptime ofProcess() {
		return () -> Duration.ofNanos(System.nanoTime() - Origin.NANOS);
	}

	/**
	 * One origin for all, so that the answers can be compared.
	 */
	final class Origin {

		private static final long NANOS = System.nanoTime();

		private Origin() {
		}

	}

}
