package dev.ticktock.leader;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The meters of ticks, with the tag {@code event}. Every tag value costs memory in the
 * metrics store, so a bounded number of events has one; the others share the value
 * {@code other}.
 *
 * <p>
 * The first come keep theirs until the process ends, even if their schedules are dropped:
 * a counter that disappears and comes again looks as if it had been reset, and an event
 * that moved between {@code other} and a tag of its own would leave a gap in both. All
 * meters of an event appear together and with the value zero, because Prometheus sees no
 * increase in a counter that appears with another. Safe for use by several threads.
 */
public final class EventMeters {

	/** The value of the tag that many share. */
	public static final String OTHER = "other";

	private final MeterRegistry registry;

	private final int most;

	private final Map<String, OfEvent> byEvent = new ConcurrentHashMap<>();

	private final OfEvent others;

	private volatile boolean full;

	/**
	 * Creates the meters.
	 * @param most how many events have a tag of their own
	 */
	public EventMeters(MeterRegistry registry, int most) {
		this.registry = registry;
		this.most = most;
		this.others = OfEvent.in(registry, OTHER);
		this.full = most == 0;
	}

	/** Gives events a tag, in their order, as long as there is room. */
	void know(Collection<String> events) {
		for (String event : events) {
			if (this.full) {
				return;
			}
			of(event);
		}
	}

	/** Returns the meters of an event. */
	OfEvent of(String event) {
		OfEvent known = this.byEvent.get(event);
		return (known != null) ? known : this.full ? this.others : create(event);
	}

	/** Returns the value that the tag {@code event} has for an event. */
	public String tagOf(String event) {
		return of(event).equals(this.others) ? OTHER : event;
	}

	/** Returns how many events have a tag of their own at most. */
	public int most() {
		return this.most;
	}

	private synchronized OfEvent create(String event) {
		OfEvent known = this.byEvent.get(event);
		if (known != null || this.full) {
			return (known != null) ? known : this.others;
		}
		OfEvent created = OTHER.equals(event) ? this.others : OfEvent.in(this.registry, event);
		this.byEvent.put(event, created);
		this.full = this.byEvent.size() == this.most;
		return created;
	}

	/**
	 * The meters of one event, or of all those that share a tag.
	 *
	 * @param published ticks that the broker confirmed
	 * @param skipped slots that were no longer worth running
	 * @param refused ticks that a queue rejected
	 * @param lag time from slot to confirm
	 */
	record OfEvent(Counter published, Counter skipped, Counter refused, Timer lag) {

		static OfEvent in(MeterRegistry registry, String tag) {
			return new OfEvent(counter(registry, "ticktock.ticks.published", "Ticks that the broker confirmed.", tag),
					counter(registry, "ticktock.ticks.skipped",
							"Slots that were no longer worth running when they could be published.", tag),
					counter(registry, "ticktock.ticks.refused",
							"Ticks that a queue rejected; the other queues received them.", tag),
					Timer.builder("ticktock.tick.lag")
						.description("Time from a tick's slot to the broker's confirm.")
						.tag("event", tag)
						.register(registry));
		}

		private static Counter counter(MeterRegistry registry, String name, String description, String tag) {
			return Counter.builder(name).description(description).tag("event", tag).register(registry);
		}

	}

}
