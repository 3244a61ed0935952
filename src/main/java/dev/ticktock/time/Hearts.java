package dev.ticktock.time;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

/**
 * Finds threads that hang. A thread beats each time it goes round, with the time within
 * which it beats again; if it does not, and {@link #GRACE} passes too, it has stopped.
 * Safe for use by several threads.
 *
 * <p>
 * Reports only what a restart can fix: a thread that waits for the broker rests.
 */
public final class Hearts {

	/** Long enough for a slow machine. */
	static final Duration GRACE = Duration.ofMinutes(2);

	private final Map<String, Beat> last = new ConcurrentSkipListMap<>();

	private final Uptime uptime;

	public Hearts(Uptime uptime) {
		this.uptime = uptime;
	}

	/** Returns the heart of a thread, which counts from its first beat or rest on. */
	public Heart of(String thread) {
		return new Heart(thread);
	}

	public List<String> threads() {
		return List.copyOf(this.last.keySet());
	}

	/** Returns the threads that have stopped and should not have, in order. */
	public List<Stopped> stopped() {
		return this.last.entrySet()
			.stream()
			.filter((each) -> isLate(each.getValue()))
			.map((each) -> new Stopped(each.getKey(), this.uptime.since(each.getValue().at), each.getValue().thread))
			.toList();
	}

	private boolean isLate(Beat beat) {
		return beat.within != null && this.uptime.isOver(beat.within.plus(GRACE), beat.at);
	}

	/** Shows that one thread goes on. Called by that thread. */
	public final class Heart {

		private final String name;

		private Heart(String name) {
			this.name = name;
		}

		/**
		 * Beats.
		 * @param within how long the thread expects to take until it beats again
		 */
		public void beat(@Nullable Duration within) {
			Hearts.this.last.put(this.name, new Beat(Thread.currentThread(), Hearts.this.uptime.now(), within));
		}

		/** Expects nothing of the thread until it beats: it waits for something else. */
		public void rest() {
			beat(null);
		}

		/** Ends with the thread. */
		public void stop() {
			Hearts.this.last.remove(this.name);
		}

	}

	/**
	 * A thread that has stopped.
	 *
	 * @param silence how long ago its last beat was
	 * @param thread the thread, which may have ended
	 */
	public record Stopped(String name, Duration silence, Thread thread) {

	}

	private record Beat(Thread thread, Duration at, @Nullable Duration within) {

	}

}
