package dev.ticktock.discovery;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the workers.
 *
 * @param read when the bindings were last read; {@code null} if they never were
 * @param trouble why they cannot be read now, as a sentence; {@code null} if they can
 * @param schedules how many schedules workers have registered
 * @param problems what workers asked for and do not get
 * @param audience who listens to what
 */
public record DiscoveryStatus(@Nullable Instant read, @Nullable String trouble, int schedules, List<Problem> problems,
		Audience audience) {

}
