package dev.ticktock.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far back reading begins: an hour at first, and after a disconnection a little
 * before it. Safe for use by several threads.
 */
final class LookBack {

	private static final Duration FIRST = Duration.ofHours(1);

	private static final Duration OVERLAP = Duration.ofMinutes(1);

	private static final Duration LONGEST = Duration.ofDays(365);

	private final Clock clock;

	private final Uptime uptime;

	/** When the reader, having caught up, last knew everything; {@code null} if never. */
	private volatile @Nullable Moment lastLive;

	LookBack(Clock clock, Uptime uptime) {
		this.clock = clock;
		this.uptime = uptime;
	}

	/** Says that everything published so far has been read. */
	void live() {
		this.lastLive = new Moment(this.uptime.now(), this.clock.instant());
	}

	/** Says that what has been read is forgotten. */
	void forget() {
		this.lastLive = null;
	}

	/**
	 * Returns how far back to begin now. Uptime stands still while the machine is
	 * suspended, and the clock may be set, so the longer time counts.
	 */
	Duration now() {
		Moment last = this.lastLive;
		if (last == null) {
			return FIRST;
		}
		Duration up = this.uptime.since(last.uptime());
		Duration byClock = Duration.between(last.clock(), this.clock.instant());
		Duration longer = (up.compareTo(byClock) < 0) ? byClock : up;
		return ((longer.compareTo(LONGEST) < 0) ? longer : LONGEST).plus(OVERLAP);
	}

	private record Moment(Duration uptime, Instant clock) {

	}

}
