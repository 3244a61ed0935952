package dev.ticktock.benchmark;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import dev.ticktock.TestSchedules;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Timetable;

/**
 * Weighs a timetable of many schedules and times its idle seconds.
 */
final class TimetableCost {

	/** No slot of any line below is due within the idle seconds that follow. */
	private static final Instant START = Instant.parse("2026-03-01T12:00:30Z");

	private static final int IDLE_CALLS = 1_000_000;

	private static final int RUNS = 5;

	private TimetableCost() {
	}

	/**
	 * Returns a row of the report: bytes of heap for each schedule, milliseconds to set
	 * up, nanoseconds of an idle second.
	 */
	static double[] of(int count, Kind kind) {
		// So that the classes are loaded before anything is weighed.
		timetable(10, kind).due(START);
		long empty = liveHeap();
		long began = System.nanoTime();
		Timetable timetable = timetable(count, kind);
		double setUpMillis = (System.nanoTime() - began) / 1e6;
		long full = liveHeap();
		return new double[] { (double) (full - empty) / count, setUpMillis, idleNanos(timetable) };
	}

	/** The lines and events are part of what is weighed: nothing else holds them. */
	private static Timetable timetable(int count, Kind kind) {
		Map<String, Schedule> schedules = new HashMap<>();
		for (int i = 0; i < count; i++) {
			String event = "event.number.%06d".formatted(i);
			schedules.put(event, TestSchedules.configured(event, kind.line(i)));
		}
		Timetable timetable = new Timetable();
		timetable.start(Schedules.of(schedules), (schedule) -> START);
		return timetable;
	}

	private static long liveHeap() {
		Runtime runtime = Runtime.getRuntime();
		long used = Long.MAX_VALUE;
		for (int i = 0; i < RUNS; i++) {
			System.gc();
			used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
		}
		return used;
	}

	private static double idleNanos(Timetable timetable) {
		double[] nanos = new double[RUNS];
		Instant now = START.plusSeconds(1);
		for (int run = 0; run < RUNS; run++) {
			long began = System.nanoTime();
			for (int i = 0; i < IDLE_CALLS; i++) {
				if (!timetable.due(now).ticks().isEmpty()) {
					throw new IllegalStateException("the second is not idle");
				}
			}
			nanos[run] = (System.nanoTime() - began) / (double) IDLE_CALLS;
		}
		Arrays.sort(nanos);
		return nanos[RUNS / 2];
	}

	/** What the lines of the schedules look like. */
	enum Kind {

		EQUAL("one cron line"),

		DIFFERENT("a cron line of its own each"),

		EVERY("`@every`, 3,600 periods");

		final String words;

		Kind(String words) {
			this.words = words;
		}

		String line(int i) {
			return switch (this) {
				case EQUAL -> "0 */15 * * * *";
				case DIFFERENT -> "%d %d %d %d * *".formatted(i % 25, i / 25 % 60, i / 1500 % 10, 2 + i / 15000);
				case EVERY -> "@every " + (3600 + i % 3600) + "s";
			};
		}

	}

}
