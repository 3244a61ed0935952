package dev.ticktock.schedule;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The message for one slot of one schedule, before it is put into a broker's words.
 *
 * @param previous the slot before; {@code null} if there is none
 * @param next the slot after; {@code null} if there is none
 * @param validUntil the instant from which the tick is no longer worth running
 */
public record Tick(String event, Instant slot, @Nullable Instant previous, @Nullable Instant next, Instant validUntil) {

}
