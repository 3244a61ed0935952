package dev.ticktock.message;

import java.time.Instant;
import java.util.List;

/**
 * Ticks that were published and that nobody took, as one leader found them at once.
 *
 * @param writer a name that no other replica, and no other run of this one, has
 * @param noticed when the leader found them
 * @param groups the ticks of each event, queue and reason
 */
public record MissedTicks(String writer, Instant noticed, List<Group> groups) {

	/** How many ticks one record has at most. */
	public static final int MOST = 10_000;

	public MissedTicks {
		groups = List.copyOf(groups);
	}

	/** Counts the ticks. */
	public int size() {
		return this.groups.stream().mapToInt((group) -> group.ticks().size()).sum();
	}

	/**
	 * Ticks of one event that one queue gave away for one reason.
	 *
	 * @param queue the queue; {@code other} if there are too many to tell them apart
	 */
	public record Group(String event, String queue, MissedReason reason, List<Miss> ticks) {

		public Group {
			ticks = List.copyOf(ticks);
		}

	}

	/**
	 * One tick in one queue.
	 *
	 * @param slot the slot of the tick
	 * @param at when the queue gave it away, to the second
	 * @param id what tells it from others: the same message of the same queue has the
	 * same, whoever reads it
	 */
	public record Miss(Instant slot, Instant at, long id) {

	}

}
