package dev.ticktock.observe;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures how much memory a full {@link History} takes.
 */
class HistorySizeTests {

	private static final Instant NOON = Observed.NOON;

	private static final int EVENTS = 2000;

	/** 40 MB for the 10,000 events of the default, as docs/operations.md says. */
	private static final int MOST_BYTES = 4000;

	@Test
	void aFullHistoryTakesNoMoreThanIsDocumented() {
		List<String> events = IntStream.range(0, EVENTS).mapToObj("report.of.customer.%06d"::formatted).toList();
		long before = used();
		History history = new History(() -> Schedules.of(Map.of()), EVENTS, (missed) -> {
		});
		for (String event : events) {
			for (int i = 0; i < History.TICKS; i++) {
				Instant slot = NOON.plusSeconds(i);
				history.tick(event, slot, slot.plusMillis(7), "leader");
				history.byHand(event, slot);
			}
			for (int i = 0; i < History.MISSES; i++) {
				Instant slot = NOON.plusSeconds(i);
				history.missed(new JournalRecord.Missed(event, slot, null, "queue", MissedReason.EXPIRED), slot);
				history.skipped(new Skipping(Reason.OUTAGE, NOON, NOON,
						List.of(new SkippedSlots(event, slot, slot.plusMillis(1), 2, false))));
			}
		}
		long bytes = (used() - before) / EVENTS;
		System.out.printf("history: %d bytes for each event%n", bytes);
		assertThat(bytes).isLessThan(MOST_BYTES);
		assertThat(history.event(events.get(0)).ticks()).hasSize(History.TICKS + History.BY_HAND);
	}

	private static long used() {
		Runtime runtime = Runtime.getRuntime();
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return runtime.totalMemory() - runtime.freeMemory();
	}

}
