package dev.ticktock.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells which threads have stopped. A thread beats each time it goes round, and says
 * within which time it will beat again; if it has not by then, and {@link #GRACE} has
 * passed too, it has stopped. Safe for use by several threads.
 *
 * <p>
 * Only what a restart can mend is told. While a thread waits for the broker it rests, and
 * what the broker takes while it holds up whoever writes to it does not count.
 */
public final class Hearts {

	/** So long that a slow machine does not look like a thread that has stopped. */
	static final Duration GRACE = Duration.ofMinutes(2);

	private final Map<String, Beat> last = new ConcurrentSkipListMap<>();

	private final Uptime uptime;

	public Hearts(Uptime uptime) {
		this.uptime = uptime;
	}

	/** Returns the heart of a thread, which counts from its first beat or rest on. */
	public Heart of(String thread) {
		return of(thread, () -> Duration.ZERO);
	}

	/**
	 * Returns the heart of a thread, which counts from its first beat or rest on.
	 * @param heldUpUntil returns the last uptime at which something else held the thread
	 * up; called by any thread
	 */
	public Heart of(String thread, Supplier<Duration> heldUpUntil) {
		return new Heart(this, thread, heldUpUntil);
	}

	/** Returns the names of the threads that run, in order. */
	public List<String> threads() {
		return List.copyOf(this.last.keySet());
	}

	/**
	 * Returns the threads that have stopped and should not have, in the order of names.
	 */
	public List<Stopped> stopped() {
		List<Stopped> stopped = new ArrayList<>();
		this.last.forEach((name, beat) -> {
			Duration within = beat.within();
			if (within != null && this.uptime.isOver(within.plus(GRACE), later(beat.at(), beat.heldUpUntil().get()))) {
				stopped.add(new Stopped(name, this.uptime.since(beat.at()), beat.thread()));
			}
		});
		return stopped;
	}

	private static Duration later(Duration one, Duration other) {
		return (one.compareTo(other) > 0) ? one : other;
	}

	void beat(Heart heart, @Nullable Duration within) {
		this.last.put(heart.thread(), new Beat(Thread.currentThread(), this.uptime.now(), within, heart.heldUpUntil()));
	}

	void stop(Heart heart) {
		this.last.remove(heart.thread());
	}

	/**
	 * A thread that has stopped.
	 *
	 * @param silence how long ago its last beat was
	 * @param thread the thread, which may have ended
	 */
	public record Stopped(String name, Duration silence, Thread thread) {

	}

	/**
	 * A sign of life.
	 *
	 * @param at its uptime
	 * @param within the time after which the next is to come; {@code null} at rest
	 */
	private record Beat(Thread thread, Duration at, @Nullable Duration within, Supplier<Duration> heldUpUntil) {

	}

}
