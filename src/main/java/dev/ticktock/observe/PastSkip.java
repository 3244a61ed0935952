package dev.ticktock.observe;

import java.time.Instant;

import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Slots of one event that were skipped.
 *
 * @param reason why
 * @param since when the reason began; {@code null} if nobody knows
 * @param noticed when a leader skipped them
 */
record PastSkip(SkippedSlots slots, Reason reason, @Nullable Instant since, Instant noticed) {

}
