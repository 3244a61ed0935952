package dev.ticktock;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Schedules;
import org.jspecify.annotations.Nullable;

/**
 * Schedules in UTC. A tick is valid for half the time to the next slot, at most twelve
 * hours, unless a validity is given.
 */
public final class TestSchedules {

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private TestSchedules() {
	}

	public static Schedule configured(String event, String line) {
		return configured(event, line, null);
	}

	public static Schedule configured(String event, String line, @Nullable String validity) {
		return Schedule.parse(Origin.CONFIGURED, event, line, null, validity, DEFAULTS);
	}

	/** Returns a configured schedule in a time zone. */
	public static Schedule zoned(String event, String line, String zone, @Nullable String validity) {
		return Schedule.parse(Origin.CONFIGURED, event, line, zone, validity, DEFAULTS);
	}

	public static Schedule registered(String event, String line) {
		return registered(event, line, null);
	}

	public static Schedule registered(String event, String line, @Nullable String validity) {
		return Schedule.parse(Origin.REGISTERED, event, line, null, validity, DEFAULTS);
	}

	public static Schedules schedules(Schedule... all) {
		return Schedules.of(Stream.of(all).collect(Collectors.toMap(Schedule::event, Function.identity())));
	}

}
