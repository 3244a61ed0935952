package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Role;
import dev.ticktock.observe.Replicas.Listed;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the endpoint says of everything. Fields that are {@code null} are left out.
 *
 * @param summary the answer to "is all well?", as a sentence
 * @param at when this was put together, by the clock of the replica that answers
 * @param replica the replica that answers
 * @param replicas all replicas that are known, in the order of their names
 * @param leader the replica that leads; {@code null} if none is known
 * @param broker the broker
 * @param journal the journal and the history
 * @param discovery the bindings; {@code null} if they are not read
 * @param problems what needs attention, the most urgent first
 * @param schedules a page of the schedules
 * @param timeline the last hour and the next one; {@code null} if nobody asked for it
 */
record Overview(String summary, Instant at, Replica replica, List<Listed> replicas, @Nullable String leader,
		Broker broker, Journal journal, @Nullable Discovery discovery, List<Trouble> problems, Page schedules,
		@Nullable Timeline timeline) implements OperationResponseBody {

	/**
	 * A replica.
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
	 * @param virtualHost the virtual host that holds the exchange
	 * @param accepting whether it accepts messages
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
	 * The reading of bindings.
	 *
	 * @param read when they were last read; {@code null} before the first reading
	 * @param whole whether all of them were
	 * @param registered how many schedules workers have registered; {@code null} before
	 * the first reading
	 * @param unheard how many events no queue is bound to; {@code null} before the first
	 * reading
	 */
	record Discovery(@Nullable Instant read, boolean whole, @Nullable Integer registered, @Nullable Integer unheard) {

	}

	/**
	 * Something that needs attention.
	 *
	 * @param kind what it is, in one word that does not change
	 * @param event the event that it is about; {@code null} if it is about none
	 * @param what what is wrong, as a sentence
	 * @param remedy what to do about it
	 */
	record Trouble(Kind kind, @Nullable String event, String what, String remedy) {

	}

	/**
	 * What can be wrong.
	 */
	enum Kind {

		/** This replica has no connection to the broker. */
		DISCONNECTED,

		/** The broker accepts no messages. */
		BLOCKED,

		/** Slots have passed and nobody has published. */
		OVERDUE,

		/** The journal is not being read. */
		JOURNAL,

		/** The journal does not record the ticks of this leader. */
		UNRECORDED,

		/** A clock is wrong. */
		CLOCK,

		/** Slots were skipped in the last day. */
		SKIPPED,

		/** Nobody took ticks in the last day. */
		MISSED,

		/** A queue rejects ticks, or the broker itself refuses them. */
		REFUSED,

		/** Replicas are not configured in the same way. */
		REPLICAS,

		/** The bindings cannot be read, or there are too many. */
		BINDINGS,

		/** A worker asks for a schedule and does not get it. */
		REGISTRATION,

		/** A worker waits for ticks that never come. */
		UNMATCHED,

		/** Nothing is wrong with the schedules; it is only good to know. */
		NOTE

	}

	/**
	 * Some of the schedules.
	 *
	 * @param total how many there are
	 * @param matching how many match the search
	 * @param page the page, from 1
	 * @param size how many a page has
	 * @param items those of the page
	 */
	record Page(int total, int matching, int page, int size, List<Item> items) {

	}

	/**
	 * One schedule.
	 *
	 * @param zone its time zone; {@code null} if its slots do not depend on one
	 * @param origin who said that it holds: built in, configured or registered
	 * @param validity how long its ticks are worth running
	 * @param next the next slot; {@code null} if there is none
	 * @param nextLocal the next slot in the schedule's time zone; {@code null} if there
	 * is none, or its slots do not depend on one
	 * @param last the last slot that is known to be published
	 * @param lagMillis the time from that slot until it was published
	 * @param recent what became of its last slots, the newest first
	 * @param queues some of the queues that are bound to it; {@code null} if nobody knows
	 * @param missed how many ticks of the slots of the last day nobody took, in all
	 * queues; {@code null} if none is known
	 */
	record Item(String event, String line, @Nullable String zone, String origin, String validity,
			@Nullable Instant next, @Nullable OffsetDateTime nextLocal, @Nullable Instant last,
			@Nullable Long lagMillis, List<Mark> recent, @Nullable List<String> queues, @Nullable Integer missed) {

	}

}
