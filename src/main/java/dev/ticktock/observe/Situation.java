package dev.ticktock.observe;

import java.time.Instant;
import java.util.List;

import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.schedule.Holds;
import org.jspecify.annotations.Nullable;

/**
 * What a replica knows at one moment, besides the history.
 *
 * @param rows the schedules with their next slots, in the order of their events
 * @param workers the state of the bindings; {@code null} if they are not read
 */
record Situation(Instant now, LeadershipStatus status, List<Row> rows, Holds holds, List<Listed> replicas,
		@Nullable DiscoveryStatus workers) {

	/** Returns some of the queues that are bound to an event; {@code null} if unknown. */
	@Nullable List<String> queues(String event) {
		return (this.workers != null && this.workers.read() != null) ? this.workers.audience().queues(event) : null;
	}

}
