package dev.ticktock.schedule;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Slots of any number of events that were skipped at once, and why.
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

	/** Describes the reason as the end of a sentence. */
	public String why() {
		return (this.since != null) ? "%s since %s".formatted(this.reason.text, this.since) : this.reason.text;
	}

	/**
	 * The reasons for which slots could not be published in time.
	 */
	public enum Reason {

		/** The leader had no connection to the broker. */
		OUTAGE("the broker was unreachable"),

		/** The broker was reached and accepted no messages. */
		BLOCKED("the broker blocked publishing"),

		/** No replica led, or the one that led was frozen or cut off. */
		NO_LEADER("no replica led"),

		/** The leader itself came too late. */
		LATE("the leader was late: its process or machine was suspended or overloaded"),

		/** A newer version has written a reason that this one does not know. */
		UNKNOWN("of a reason that this version of TickTock does not know");

		private final String text;

		Reason(String text) {
			this.text = text;
		}

	}

}
