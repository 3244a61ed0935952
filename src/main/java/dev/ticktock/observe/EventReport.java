package dev.ticktock.observe;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;

import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the endpoint says of one event, the newest first. Fields that are {@code null} are
 * left out.
 *
 * @param schedule the schedule; {@code null} if only the history knows the event
 * @param next the next slots, in the schedule's time zone, so that changes of the clocks
 * show
 */
record EventReport(String event, Overview.@Nullable Item schedule, List<OffsetDateTime> next, List<Tick> ticks,
		List<Skipped> skipped, List<Missed> missed) implements OperationResponseBody {

	static EventReport of(String event, Overview.@Nullable Item schedule, List<OffsetDateTime> next,
			EventHistory history) {
		return new EventReport(event, schedule, next, history.ticks(),
				history.skips().stream().map(Skipped::of).toList(), history.misses().stream().map(Missed::of).toList());
	}

	private static String word(Enum<?> reason) {
		return reason.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Slots that were skipped.
	 *
	 * @param atLeast whether there may be more
	 * @param reason why, in one word that does not change
	 * @param since when the reason began
	 * @param noticed when a leader skipped them
	 */
	record Skipped(Instant first, Instant last, long count, boolean atLeast, String reason, @Nullable Instant since,
			Instant noticed) {

		private static Skipped of(Skip skip) {
			return new Skipped(skip.slots().first(), skip.slots().last(), skip.slots().count(), skip.slots().atLeast(),
					word(skip.reason()), skip.since(), skip.noticed());
		}

	}

	/**
	 * A tick that was missed.
	 *
	 * @param queue the queue that dead-lettered it
	 * @param reason why, in the broker's word
	 */
	record Missed(Instant slot, String queue, String reason, Instant at) {

		private static Missed of(Miss miss) {
			return new Missed(miss.slot(), miss.queue(), word(miss.reason()), miss.at());
		}

	}

}
