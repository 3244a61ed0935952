package dev.ticktock.schedule;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The message for one slot of one schedule, before it is put into a broker's words.
 *
 * @param previous the slot before; {@code null} if there is none
 * @param next the slot after; {@code null} if there is none
 * @param validUntil the instant from which the tick is no longer worth running
 * @param data what the schedule gives its workers to know; {@code null} if it gives none
 */
public record Tick(String event, Instant slot, @Nullable Instant previous, @Nullable Instant next, Instant validUntil,
		@Nullable String data) {

}
