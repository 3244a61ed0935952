package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the endpoint says of one event. Fields that are {@code null} are left out.
 *
 * @param schedule the schedule; {@code null} if only the history knows the event
 * @param next the next slots, in the schedule's time zone, so that changes of the clocks
 * show
 * @param ticks the last ticks, the newest first
 * @param hours the hours of the last seven days in which something was due, the oldest
 * first
 * @param skipped what was skipped last, the newest first
 * @param missed the last ticks that nobody took, the newest first
 */
record EventReport(String event, Overview.@Nullable Item schedule, List<OffsetDateTime> next, List<Tick> ticks,
		List<PastHour> hours, List<Skipped> skipped, List<Missed> missed) implements OperationResponseBody {

	/**
	 * A tick that was published.
	 *
	 * @param slot the slot; of a message by hand about when it was published
	 * @param lagMillis the time from the slot until it was published
	 * @param leader the replica that published it; {@code null} if it was by hand
	 * @param byHand whether somebody published it by hand
	 */
	record Tick(Instant slot, @Nullable Long lagMillis, @Nullable String leader, boolean byHand) {

		static Tick of(PastTick tick) {
			Duration lag = tick.lag();
			return new Tick(tick.slot(), (lag != null) ? lag.toMillis() : null, tick.leader(), tick.byHand());
		}

	}

	/**
	 * Slots that were skipped.
	 *
	 * @param count how many
	 * @param atLeast whether there may be more
	 * @param reason why, in one word that does not change
	 * @param since when the reason began
	 * @param noticed when a leader skipped them
	 */
	record Skipped(Instant first, Instant last, long count, boolean atLeast, String reason, @Nullable Instant since,
			Instant noticed) {

		static Skipped of(PastSkip skip) {
			return new Skipped(skip.slots().first(), skip.slots().last(), skip.slots().count(), skip.slots().atLeast(),
					skip.reason().name().toLowerCase(Locale.ROOT), skip.since(), skip.noticed());
		}

	}

	/**
	 * A tick that nobody took.
	 *
	 * @param queue the queue that gave it away
	 * @param reason why, in the broker's word
	 * @param at when it did
	 */
	record Missed(Instant slot, String queue, String reason, Instant at) {

		static Missed of(PastMiss miss) {
			return new Missed(miss.slot(), miss.queue(), miss.reason().word(), miss.at());
		}

	}

}
