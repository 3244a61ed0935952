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
 * The endpoint's answer about all schedules. Fields that are {@code null} are left out.
 *
 * @param summary the answer to "is all well?", as a sentence
 * @param at when this was put together, by the clock of the replica that answers
 * @param replica the replica that answers
 * @param leader the replica that leads; {@code null} if none is known
 * @param discovery the bindings; {@code null} if they are not read
 * @param problems what needs attention, the most urgent first
 * @param timeline the last hour and the next one; {@code null} unless asked for
 */
record Overview(String summary, Instant at, Replica replica, List<Listed> replicas, @Nullable String leader,
		Broker broker, Journal journal, @Nullable Discovery discovery, List<Problem> problems, Page schedules,
		@Nullable Timeline timeline) implements OperationResponseBody {

	/**
	 * The replica that answers.
	 *
	 * @param since when it took its role
	 * @param cursor the last tick published, as far as it knows
	 */
	record Replica(String name, Role role, Instant since, @Nullable String cursor) {

	}

	/**
	 * The broker.
	 *
	 * @param address product, version and address; {@code null} without a connection
	 * @param clockOffset how far this replica's clock is ahead of the broker's
	 */
	record Broker(@Nullable String address, String virtualHost, String exchange, boolean accepting,
			@Nullable Duration clockOffset) {

	}

	/**
	 * The journal.
	 *
	 * @param completeSince since when the history is complete; {@code null} while older
	 * records are being read
	 */
	record Journal(JournalState state, String queue, @Nullable Instant completeSince) {

	}

	/**
	 * The reading of bindings. What is {@code null} is not known before the first one.
	 *
	 * @param read when they were last read
	 * @param whole whether all of them were
	 * @param registered how many schedules workers have registered
	 * @param unheard how many events no queue is bound to
	 */
	record Discovery(@Nullable Instant read, boolean whole, @Nullable Integer registered, @Nullable Integer unheard) {

	}

	/** A page of the schedules that match the search, counted from 1. */
	record Page(int total, int matching, int page, int size, List<Item> items) {

	}

	/**
	 * One schedule.
	 *
	 * @param zone its time zone; {@code null} if its slots do not depend on one
	 * @param next the next slot; {@code null} if there is none
	 * @param nextLocal the next slot in the schedule's time zone, if it has one
	 * @param last the last slot that is known to be published
	 * @param lagMillis the time from that slot until it was published
	 * @param recent the outcomes of its last slots, the newest first
	 * @param queues some of the queues that are bound to it; {@code null} if unknown
	 * @param held the hold that it is on; {@code null} if it is on none
	 * @param missed how many ticks were missed within the last day, in all queues;
	 * {@code null} if none is known
	 * @param lastSuccess the last tick whose job is done, as its worker says
	 * @param lastFailure the last tick whose job has failed, or that was rejected
	 * @param unanswered how many ticks have no answer, of a worker that answers others;
	 * {@code null} if none is known
	 */
	record Item(String event, String line, @Nullable String zone, String origin, String validity,
			@Nullable Instant next, @Nullable OffsetDateTime nextLocal, @Nullable Instant last,
			@Nullable Long lagMillis, List<Mark> recent, @Nullable List<String> queues, @Nullable Hold held,
			@Nullable Integer missed, @Nullable Outcome lastSuccess, @Nullable Outcome lastFailure,
			@Nullable Integer unanswered) {

	}

}
