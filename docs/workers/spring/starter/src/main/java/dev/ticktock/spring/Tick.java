package dev.ticktock.spring;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The tick of an event at a slot. A tick that a person has published by hand may lack all
 * but the event and the slot.
 *
 * @param event the event, which is the routing key
 * @param slot the time at which the job is due
 * @param previous the slot before; null if there is none. A batch job processes what
 * happened from then to the slot
 * @param next the slot after; null if there is none
 * @param validUntil when the broker drops the tick if no worker has taken it; null if it
 * does not
 * @param messageId the same each time that the same tick is delivered; null if it has
 * none
 * @param data what the schedule gives its workers to know; null if that is nothing
 */
public record Tick(String event, Instant slot, @Nullable Instant previous, @Nullable Instant next,
		@Nullable Instant validUntil, @Nullable String messageId, @Nullable String data) {

	/**
	 * A tick for the test of a job, with the id that TickTock gives it and without
	 * neighbours.
	 * @param event the event
	 * @param slot the slot
	 * @return the tick
	 */
	public static Tick of(String event, Instant slot) {
		return new Tick(event, slot, null, null, null, event + "@" + slot, null);
	}

}
