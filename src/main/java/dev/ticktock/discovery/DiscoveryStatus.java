package dev.ticktock.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The state of the bindings as they were last read.
 *
 * @param read when the bindings were last read; {@code null} if they never were
 * @param trouble why they cannot be read now, as a sentence; {@code null} if they can
 * @param whole whether all bindings were read, the last time: {@code false} if there were
 * more than are read
 * @param schedules how many schedules workers have registered
 * @param problems some of the bindings that ask for a schedule and do not get it
 * @param problemCount how many bindings ask for a schedule and do not get it
 * @param over some of the bindings whose schedule is over
 * @param overCount how many bindings have a schedule that is over
 * @param audience which queues listen to which events
 * @param clockOffset how far this machine's clock is ahead of the broker's; {@code null}
 * while it is not known
 */
public record DiscoveryStatus(@Nullable Instant read, @Nullable String trouble, boolean whole, int schedules,
		List<Problem> problems, int problemCount, List<Problem> over, int overCount, Audience audience,
		@Nullable Duration clockOffset) {

	static final DiscoveryStatus UNKNOWN = new DiscoveryStatus(null, null, true, 0, List.of(), 0, List.of(), 0,
			Audience.UNKNOWN, null);

	/** Returns the status while neither bindings nor the broker's clock can be read. */
	DiscoveryStatus failed(String reason) {
		return new DiscoveryStatus(this.read, reason, this.whole, this.schedules, this.problems, this.problemCount,
				this.over, this.overCount, this.audience, null);
	}

}
