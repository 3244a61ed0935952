package dev.ticktock.schedule;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Slots of any number of events that were skipped at once, and why. Those of events on
 * hold are meant to be.
 *
 * @param reason why they could not be published in time
 * @param since when that began; {@code null} if unknown
 * @param noticed when the leader skipped them
 * @param slots the slots of each event, in the order of the first slot and the event
 */
public record Skipping(Reason reason, @Nullable Instant since, Instant noticed, List<SkippedSlots> slots) {

	public Skipping {
		slots = List.copyOf(slots);
	}

	/**
	 * The reasons for which slots could not be published in time. An unknown one was
	 * written by a newer version.
	 */
	public enum Reason {

		OUTAGE("the broker was unreachable"),

		BLOCKED("the broker blocked publishing"),

		NO_LEADER("no replica led"),

		LATE("the leader was late: its process or machine was suspended or overloaded"),

		HELD("the event was on hold"),

		UNKNOWN("of a reason that this version of TickTock does not know");

		private final String text;

		Reason(String text) {
			this.text = text;
		}

		/**
		 * Returns the reason in words.
		 * @param since when that began; {@code null} if unknown
		 */
		public String describe(@Nullable Instant since) {
			return (since != null) ? "%s since %s".formatted(this.text, since) : this.text;
		}

	}

}
