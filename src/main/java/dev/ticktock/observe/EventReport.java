package dev.ticktock.observe;

import java.time.OffsetDateTime;
import java.util.List;

import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The endpoint's answer about one event, the newest first. Fields that are {@code null}
 * are left out.
 *
 * @param schedule the schedule; {@code null} if only the history knows the event
 * @param next the next slots, in the schedule's time zone, so that changes of the clocks
 * show
 */
record EventReport(String event, Overview.@Nullable Item schedule, List<OffsetDateTime> next, List<Tick> ticks,
		List<Skip> skipped, List<Miss> missed) implements OperationResponseBody {

	EventReport(String event, Overview.@Nullable Item schedule, List<OffsetDateTime> next, EventHistory history) {
		this(event, schedule, next, history.ticks(), history.skips(), history.misses());
	}

}
