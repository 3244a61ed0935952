package dev.ticktock.schedule;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The schedules that hold at one moment, and when the broker was asked which of them
 * workers have registered. Immutable.
 */
public final class Schedules {

	/** The uptime of a listing that says nothing of what it does not have. */
	public static final Duration NEVER = Duration.ofNanos(-1);

	private static final Duration ALWAYS = Duration.ofSeconds(Long.MAX_VALUE);

	private final SortedMap<String, Schedule> byEvent;

	private final Duration asked;

	private Schedules(SortedMap<String, Schedule> byEvent, Duration asked) {
		this.byEvent = byEvent;
		this.asked = asked;
	}

	/**
	 * Creates an instance of schedules that no worker adds to.
	 */
	public static Schedules of(Map<String, Schedule> byEvent) {
		return new Schedules(Collections.unmodifiableSortedMap(new TreeMap<>(byEvent)), ALWAYS);
	}

	/** Returns the same schedules, before the broker has been asked for others. */
	public Schedules notAsked() {
		return new Schedules(this.byEvent, NEVER);
	}

	/**
	 * Returns the same schedules, as of another listing.
	 * @param uptime when the broker was asked
	 */
	public Schedules askedAt(Duration uptime) {
		return new Schedules(this.byEvent, uptime);
	}

	/** Returns the schedules by event, in the order of their events. */
	public SortedMap<String, Schedule> byEvent() {
		return this.byEvent;
	}

	/** Returns the schedules in the order of their events. */
	public Collection<Schedule> all() {
		return this.byEvent.values();
	}

	/**
	 * Whether these are all: the broker was asked at that time or later.
	 * @param uptime the time
	 */
	public boolean isCompleteSince(Duration uptime) {
		return this.asked.compareTo(uptime) >= 0;
	}

	/** Whether these are the same schedules, whenever the broker was asked. */
	public boolean isSameAs(Schedules other) {
		return this.byEvent.equals(other.byEvent);
	}

}
