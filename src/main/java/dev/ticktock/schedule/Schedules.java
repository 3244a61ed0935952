package dev.ticktock.schedule;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The schedules that hold at one moment, by event; another moment has another instance.
 *
 * @param byEvent the schedules in the order of their events
 * @param complete whether these are all: {@code false} as long as nobody could ask the
 * broker which schedules workers have registered
 */
public record Schedules(SortedMap<String, Schedule> byEvent, boolean complete) {

	public Schedules {
		byEvent = Collections.unmodifiableSortedMap(new TreeMap<>(byEvent));
	}

	/**
	 * Creates an instance of all schedules.
	 */
	public static Schedules of(Map<String, Schedule> byEvent) {
		return new Schedules(new TreeMap<>(byEvent), true);
	}

	/**
	 * Returns the schedules in the order of their events.
	 */
	public Collection<Schedule> all() {
		return this.byEvent.values();
	}

}
