package dev.ticktock.schedule;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The schedules that hold at one moment, and which of them are not to be published.
 * Immutable.
 *
 * @param byEvent the schedules by event, in the order of their events
 * @param asked the uptime at which the broker was asked which of them workers have
 * registered
 * @param holds what was on hold then
 */
public record Schedules(SortedMap<String, Schedule> byEvent, Duration asked, Holds holds) {

	/** The uptime of a listing that says nothing of what it does not have. */
	public static final Duration NEVER = Duration.ofNanos(-1);

	private static final Duration ALWAYS = Duration.ofSeconds(Long.MAX_VALUE);

	/** Returns schedules that no worker adds to. */
	public static Schedules of(Map<String, Schedule> byEvent) {
		return new Schedules(Collections.unmodifiableSortedMap(new TreeMap<>(byEvent)), ALWAYS, Holds.NONE);
	}

	public Schedules askedAt(Duration uptime) {
		return new Schedules(this.byEvent, uptime, this.holds);
	}

	public Schedules holding(Holds others) {
		return new Schedules(this.byEvent, this.asked, others);
	}

	/** Returns the schedules in the order of their events. */
	public Collection<Schedule> all() {
		return this.byEvent.values();
	}

	/** Returns those of others that are due once, and the recurring ones of these. */
	public Schedules withOnceOf(Schedules others) {
		SortedMap<String, Schedule> all = new TreeMap<>(this.byEvent);
		all.values().removeIf(Schedule::isOnce);
		others.all().stream().filter(Schedule::isOnce).forEach((each) -> all.putIfAbsent(each.event(), each));
		return new Schedules(Collections.unmodifiableSortedMap(all), others.asked, others.holds);
	}

	/** Whether these are all: the broker was asked at that uptime or later. */
	public boolean isCompleteSince(Duration uptime) {
		return this.asked.compareTo(uptime) >= 0;
	}

	/** Whether these are the same schedules, whenever the broker was asked. */
	public boolean isSameAs(Schedules other) {
		return this.byEvent.equals(other.byEvent);
	}

}
