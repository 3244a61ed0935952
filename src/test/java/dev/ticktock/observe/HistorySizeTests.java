package dev.ticktock.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.ticktock.SettableClock;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Validity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures how much memory {@link History} takes when it is full.
 */
class HistorySizeTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	/** An hour of these slots goes into each event, or as many as are kept. */
	private static final int HOURS = Limits.HOURS;

	/**
	 * What docs/operations.md says.
	 */
	@ParameterizedTest
	@CsvSource({ "10000, 30", "100000, 50" })
	void aFullHistoryTakesNoMoreThanIsDocumented(int events, int megabytes) {
		Schedules schedules = schedules(events);
		List<String> names = List.copyOf(schedules.byEvent().keySet());
		long before = used();
		History history = new History(() -> schedules, new SettableClock(NOON));
		for (int hour = 0; hour < HOURS; hour++) {
			Instant slot = NOON.minusSeconds(hour * Limits.HOUR);
			for (String event : names) {
				history.tick(event, slot, slot.plusMillis(7), "leader");
			}
		}
		history.skipped(new Skipping(Reason.OUTAGE, NOON, NOON,
				names.stream().map((event) -> new SkippedSlots(event, NOON, NOON, 1, false)).toList()));
		for (int i = 0; i < Limits.of(events).misses(); i++) {
			Miss miss = new Miss(NOON.minusSeconds(60), NOON, i);
			history.newlyMissed(new MissedTicks("run", NOON,
					names.stream()
						.map((event) -> new Group(event, "queue", MissedReason.EXPIRED, List.of(miss)))
						.toList()));
		}
		long taken = used() - before;
		System.out.printf("history of %d events: %d MB, %d bytes each%n", events, taken / 1_000_000, taken / events);
		assertThat(taken).isLessThan(megabytes * 1_000_000L);
		assertThat(history.ticks(names.get(0))).hasSize(Limits.of(events).ticks());
		assertThat(history.hours(names.get(0))).hasSize(Limits.of(events).hours());
	}

	private static Schedules schedules(int events) {
		Schedule one = Schedule.parse("one", "@hourly", ZoneOffset.UTC, Validity.halfTheGap(Validity.LONGEST));
		Map<String, Schedule> byEvent = new HashMap<>();
		for (int i = 0; i < events; i++) {
			String event = "report.of.customer.%06d".formatted(i);
			byEvent.put(event, new Schedule(event, one.line(), one.timing(), one.validity(), one.origin()));
		}
		return Schedules.of(byEvent);
	}

	private static long used() {
		Runtime runtime = Runtime.getRuntime();
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return runtime.totalMemory() - runtime.freeMemory();
	}

}
