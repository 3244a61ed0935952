package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Role;
import dev.ticktock.observe.EventHistory.Outcome;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.schedule.Hold;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The endpoint's answer about all schedules, described in {@code docs/endpoint.md}. What
 * is {@code null} is unknown or does not apply, and is left out.
 */
record Overview(String summary, Instant at, Replica replica, List<Listed> replicas, @Nullable String leader,
		Broker broker, Journal journal, @Nullable Discovery discovery, List<Problem> problems, Page schedules,
		@Nullable Timeline timeline) implements OperationResponseBody {

	/** The replica that answers. */
	record Replica(String name, Role role, Instant since, @Nullable String cursor) {

	}

	record Broker(@Nullable String address, String virtualHost, String exchange, boolean accepting,
			@Nullable Duration clockOffset) {

	}

	record Journal(JournalState state, String queue, @Nullable Instant completeSince) {

	}

	/** The last reading of the bindings. */
	record Discovery(@Nullable Instant read, boolean whole, @Nullable Integer registered, @Nullable Integer unheard) {

	}

	/** A page of the schedules that match the search, counted from 1. */
	record Page(int total, int matching, int page, int size, List<Item> items) {

	}

	/** One schedule, and what became of its last slots. */
	record Item(String event, String line, @Nullable String zone, String origin, String validity,
			@Nullable Instant next, @Nullable OffsetDateTime nextLocal, @Nullable Instant last,
			@Nullable Long lagMillis, List<Mark> recent, @Nullable List<String> queues, @Nullable Hold held,
			@Nullable Integer missed, @Nullable Outcome lastSuccess, @Nullable Outcome lastFailure,
			@Nullable Integer unanswered) {

	}

}
