package dev.ticktock.leader;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the ticks that were handed to the broker. A queue that rejects the ticks of an
 * event is logged when that begins and when it ends, at most once a minute for all
 * events; the counters have every tick. Safe for use by several threads.
 */
public final class TickMeters {

	private static final Logger logger = LoggerFactory.getLogger(TickMeters.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** How many rejected events are remembered; the ticks of others are only counted. */
	static final int REMEMBERED = 10_000;

	/** How many of them are shown. */
	private static final int SHOWN_AT_MOST = 1000;

	private final EventMeters meters;

	private final Clock clock;

	private final Throttle rejections;

	private final Throttle recoveries;

	/** The events of which a queue has rejected the last tick. Guarded by itself. */
	private final Set<String> refusing = new HashSet<>();

	private final List<TickListener> listeners;

	/**
	 * Creates an instance.
	 * @param meters where it is counted
	 * @param listeners called for each tick and each skip
	 */
	public TickMeters(EventMeters meters, Clock clock, Uptime uptime, List<TickListener> listeners) {
		this.meters = meters;
		this.listeners = List.copyOf(listeners);
		this.clock = clock;
		this.rejections = new Throttle(uptime, PAUSE);
		this.recoveries = new Throttle(uptime, PAUSE);
	}

	/** Shows the meters of these schedules, if there is room, before anything happens. */
	public void know(Schedules schedules) {
		this.meters.know(schedules.byEvent().keySet());
	}

	/** Counts slots that were no longer worth running. */
	public void skipped(Skipping skipping) {
		skipping.slots().forEach((slots) -> this.meters.of(slots.event()).skipped().increment((double) slots.count()));
		this.listeners.forEach((listener) -> listener.skipped(skipping));
	}

	/**
	 * Counts a tick that the broker has confirmed.
	 * @param accepted {@code false} if a queue has rejected it
	 */
	public void settled(Tick tick, boolean accepted) {
		EventMeters.OfEvent counted = this.meters.of(tick.event());
		if (accepted) {
			counted.published().increment();
			Instant now = this.clock.instant();
			counted.lag().record(Duration.between(tick.slot(), now));
			this.listeners.forEach((listener) -> listener.published(tick, now));
			if (recovers(tick.event())) {
				this.recoveries.take((held) -> recovered(tick, held));
			}
		}
		else {
			counted.refused().increment();
			if (begins(tick.event())) {
				this.rejections.take((held) -> rejected(tick, held));
			}
		}
	}

	/** Returns some of the events of which a queue has rejected the last tick. */
	public List<String> refusing() {
		synchronized (this.refusing) {
			return this.refusing.stream().limit(SHOWN_AT_MOST).sorted().toList();
		}
	}

	private boolean begins(String event) {
		synchronized (this.refusing) {
			return this.refusing.size() < REMEMBERED && this.refusing.add(event);
		}
	}

	private boolean recovers(String event) {
		synchronized (this.refusing) {
			return this.refusing.remove(event);
		}
	}

	private static void rejected(Tick tick, long held) {
		logger.warn("A queue rejects the ticks of {}, starting with {}; the other queues receive them", tick.event(),
				tick.slot());
		if (held > 0) {
			logger.warn("Queues have begun to reject ticks {} more times since the last such line", held);
		}
	}

	private static void recovered(Tick tick, long held) {
		logger.info("All queues accept the ticks of {} again", tick.event());
		if (held > 0) {
			logger.info("Queues have accepted the ticks of an event again {} more times since the last such line",
					held);
		}
	}

}
