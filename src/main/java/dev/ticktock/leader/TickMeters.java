package dev.ticktock.leader;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of ticks, with the tag {@code event}. Every tag value costs memory in the
 * metrics store, so a bounded number of events has one; the others share the value
 * {@code other}. A queue that rejects the ticks of an event is logged when that begins
 * and when it ends, at most once a minute for all events.
 *
 * <p>
 * The first come keep theirs until the process ends, even if their schedules are dropped:
 * a counter that disappears and comes again looks as if it had been reset, and an event
 * that moved between {@code other} and a tag of its own would leave a gap in both. All
 * meters of an event appear together and with the value zero, because Prometheus sees no
 * increase in a counter that appears with another. Safe for use by several threads.
 */
public final class TickMeters {

	/** The value of the tag that many share. */
	public static final String OTHER = "other";

	private static final Logger logger = LoggerFactory.getLogger(TickMeters.class);

	private static final String TAG = "event";

	/** How many rejected events are remembered; the ticks of others are only counted. */
	static final int REMEMBERED = 10_000;

	private static final int SHOWN_AT_MOST = 1000;

	private final MeterRegistry registry;

	private final int most;

	private final Clock clock;

	private final Throttle rejections;

	private final Throttle recoveries;

	private final Map<String, OfTag> byEvent = new ConcurrentHashMap<>();

	private final OfTag others;

	/** The events of which a queue has rejected the last tick. */
	private final Set<String> rejecting = ConcurrentHashMap.newKeySet();

	public TickMeters(MeterRegistry registry, int most, Clock clock, Uptime uptime) {
		this.registry = registry;
		this.most = most;
		this.clock = clock;
		this.rejections = new Throttle(uptime);
		this.recoveries = new Throttle(uptime);
		this.others = OfTag.in(registry, OTHER);
	}

	/**
	 * Gives the events of schedules a tag, in their order, as long as there is room, and
	 * forgets which ticks of others were rejected. Those that are due once share one,
	 * because over time there is no end to them.
	 */
	public void know(Schedules schedules) {
		this.rejecting.retainAll(schedules.byEvent().keySet());
		for (Schedule schedule : schedules.all()) {
			if (this.byEvent.size() >= this.most) {
				return;
			}
			if (!schedule.isOnce()) {
				of(schedule.event());
			}
		}
	}

	/** Returns the value that the tag {@code event} has for an event. */
	public String tagOf(String event) {
		return of(event).equals(this.others) ? OTHER : event;
	}

	private OfTag of(String event) {
		OfTag known = this.byEvent.get(event);
		return (known != null) ? known : (this.byEvent.size() < this.most) ? create(event) : this.others;
	}

	private synchronized OfTag create(String event) {
		if (this.byEvent.size() >= this.most || OTHER.equals(event)) {
			return this.byEvent.getOrDefault(event, this.others);
		}
		return this.byEvent.computeIfAbsent(event, (tag) -> OfTag.in(this.registry, tag));
	}

	/** Returns how many events have a tag of their own at most. */
	public int most() {
		return this.most;
	}

	public void skipped(Skipping skipping) {
		skipping.slots().forEach((slots) -> of(slots.event()).skipped().increment((double) slots.count()));
	}

	/**
	 * Counts a tick that the broker has confirmed.
	 * @param accepted {@code false} if a queue has rejected it
	 */
	public void settled(Tick tick, boolean accepted) {
		boolean once = tick.previous() == null && tick.next() == null;
		OfTag meters = once ? this.byEvent.getOrDefault(tick.event(), this.others) : of(tick.event());
		if (accepted) {
			meters.published().increment();
			meters.lag().record(Duration.between(tick.slot(), this.clock.instant()));
			if (this.rejecting.remove(tick.event())) {
				this.recoveries.take((before) -> logger.info("All queues accept the ticks of {} again{}", tick.event(),
						Throttle.more(before)));
			}
		}
		else {
			meters.refused().increment();
			if (this.rejecting.size() < REMEMBERED && this.rejecting.add(tick.event())) {
				this.rejections.take((before) -> logger.warn(
						"A queue rejects the ticks of {}, starting with {}; the other queues receive them{}",
						tick.event(), tick.slot(), Throttle.more(before)));
			}
		}
	}

	/** Forgets which ticks were rejected: another replica publishes the next ones. */
	void termEnded() {
		this.rejecting.clear();
	}

	/** Returns some of the events of which a queue has rejected the last tick. */
	public List<String> rejecting() {
		return this.rejecting.stream().limit(SHOWN_AT_MOST).sorted().toList();
	}

	private record OfTag(Counter published, Counter skipped, Counter refused, Timer lag) {

		static OfTag in(MeterRegistry registry, String tag) {
			return new OfTag(counter(registry, "ticktock.ticks.published", "Ticks that the broker confirmed.", tag),
					counter(registry, "ticktock.ticks.skipped",
							"Slots that were no longer worth running when they could be published.", tag),
					counter(registry, "ticktock.ticks.refused",
							"Ticks that a queue rejected; the other queues received them.", tag),
					Timer.builder("ticktock.tick.lag")
						.description("Time from a tick's slot to the broker's confirm.")
						.tag(TAG, tag)
						.register(registry));
		}

		private static Counter counter(MeterRegistry registry, String name, String description, String tag) {
			return Counter.builder(name).description(description).tag(TAG, tag).register(registry);
		}

	}

}
