package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.message.MissedReason;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;

/**
 * Finds the problems of a replica. Of each kind some are named and the others counted, so
 * that a frequent kind does not hide the others. Safe for use by several threads.
 */
final class Problems {

	/** How many of a kind are named. */
	static final int NAMED_AT_MOST = 20;

	/** For how long skipped slots and missed ticks are problems. */
	static final Duration A_DAY = Duration.ofDays(1);

	/** How long a slot may have passed without a tick. */
	private static final Duration OVERDUE = Duration.ofSeconds(30);

	private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

	private final History history;

	private final Ledger ledger;

	private final TickMeters meters;

	Problems(History history, Ledger ledger, TickMeters meters) {
		this.history = history;
		this.ledger = ledger;
		this.meters = meters;
	}

	/**
	 * Returns the problems at present, the most urgent first.
	 * @param rows the schedules with their next slots
	 * @param workers the state of the bindings; {@code null} if they are not read
	 */
	List<Problem> find(Instant now, LeadershipStatus status, List<Row> rows, List<Listed> replicas,
			@Nullable DiscoveryStatus workers) {
		List<Problem> found = new ArrayList<>();
		addStatus(found, status, rows, now);
		addEach(found, Rule.SKIPPED, this.history.skippedSince(now.minus(A_DAY)), Problems::skipped);
		addEach(found, Rule.MISSED, missed(now.minus(A_DAY)), MissedInQueue::problem);
		addEach(found, Rule.REJECTED, this.meters.refusing(), (event) -> Rule.REJECTED.of(event, event));
		addReplicas(found, replicas);
		if (workers != null) {
			addWorkers(found, workers);
		}
		List<Schedule> schedules = rows.stream().map(Row::schedule).toList();
		if (schedules.stream().anyMatch(Problems::hasChangingClocks)) {
			addZoneData(found, status.replica(), replicas, now);
		}
		addEach(found, Rule.QUARTZ, schedules.stream().filter((schedule) -> schedule.ambiguity() != null).toList(),
				(schedule) -> Rule.QUARTZ.of(schedule.event(), schedule.line(), schedule.ambiguity()));
		return found;
	}

	private static <T> void addEach(List<Problem> found, Rule rule, Collection<T> some, Function<T, Problem> naming) {
		addEach(found, rule, some, some.size(), naming);
	}

	private static <T> void addEach(List<Problem> found, Rule rule, Collection<T> some, int count,
			Function<T, Problem> naming) {
		some.stream().limit(NAMED_AT_MOST).map(naming).forEach(found::add);
		int more = count - Math.min(NAMED_AT_MOST, some.size());
		if (more > 0) {
			found.add(rule.more(more));
		}
	}

	private void addStatus(List<Problem> found, LeadershipStatus status, List<Row> rows, Instant now) {
		if (status.role() == Role.DISCONNECTED) {
			found.add(Rule.DISCONNECTED.of(null, status.since(),
					(status.trouble() != null) ? ": " + status.trouble() : ""));
			return;
		}
		Instant due = status.accepting() ? overdue(status, rows, now) : null;
		if (!status.accepting()) {
			found.add(Rule.BLOCKED.of(null));
		}
		else if (due != null) {
			found.add(Rule.OVERDUE.of(null, status.cursor(), due));
		}
		if (status.journal() == JournalState.DETACHED) {
			found.add(Rule.UNREAD.of(null));
		}
		if (status.journal() == JournalState.INCOMPLETE) {
			found.add(Rule.UNRECORDED.of(null));
		}
	}

	/**
	 * Returns the last slot of the schedule that is due next, if it should have been
	 * published by now; {@code null} if not. A schedule that no leader has covered yet is
	 * new, and is passed over, and so is a slot that passed before the replica was here.
	 */
	private @Nullable Instant overdue(LeadershipStatus status, List<Row> rows, Instant now) {
		Cursor cursor = status.cursor();
		Row row = Row.first(rows.stream());
		if (row != null && doneUntil(row, status.journal()) == null) {
			row = Row.first(rows.stream().filter((each) -> doneUntil(each, status.journal()) != null));
		}
		if (cursor == null || row == null) {
			return null;
		}
		Instant due = row.schedule()
			.timing()
			.previous(now.truncatedTo(ChronoUnit.SECONDS).minus(OVERDUE).plusSeconds(1));
		Instant done = doneUntil(row, status.journal());
		return (due != null && done != null && due.isAfter(done) && due.isAfter(status.since())
				&& cursor.slot().isBefore(due)) ? due : null;
	}

	/** Without a journal, it is not known which schedules are covered, so all are. */
	private @Nullable Instant doneUntil(Row row, JournalState journal) {
		return (journal == JournalState.OFF) ? Instant.MIN : this.ledger.doneUntil(row.schedule());
	}

	private static Problem skipped(Skip skip) {
		String event = skip.slots().event();
		return Rule.SKIPPED.of(event, counted(skip.slots().count(), "slot", skip.slots().atLeast()), event,
				skip.slots().when(), new Skipping(skip.why(), skip.since(), skip.noticed(), List.of()).why());
	}

	private static String counted(long count, String noun, boolean atLeast) {
		return "%s%d %s%s".formatted(atLeast ? "at least " : "", count, noun, (count == 1) ? "" : "s");
	}

	private List<MissedInQueue> missed(Instant since) {
		List<MissedInQueue> missed = new ArrayList<>();
		this.history.missedSince(since)
			.forEach((event, misses) -> misses.stream()
				.collect(Collectors.groupingBy((miss) -> List.of(miss.queue(), miss.why())))
				.values()
				.forEach((each) -> missed.add(new MissedInQueue(event, each, misses.size() == History.MISSES))));
		missed.sort(Comparator.comparing((MissedInQueue each) -> each.last().at())
			.reversed()
			.thenComparing(MissedInQueue::event)
			.thenComparing((each) -> each.last().queue()));
		return missed;
	}

	private static void addReplicas(List<Problem> found, List<Listed> replicas) {
		List<Listed> present = replicas.stream().filter((replica) -> !replica.isAway()).toList();
		addEach(found, Rule.DIFFERENT,
				present.stream().filter((replica) -> Boolean.TRUE.equals(replica.differs())).toList(),
				(replica) -> Rule.DIFFERENT.of(null, replica.name(), Listed.leader(replicas)));
		List<String> names = present.stream().map(Listed::name).toList();
		addEach(found, Rule.SAME_NAME,
				names.stream().distinct().filter((name) -> Collections.frequency(names, name) > 1).toList(),
				(name) -> Rule.SAME_NAME.of(null, name));
	}

	private void addWorkers(List<Problem> found, DiscoveryStatus status) {
		Duration offset = status.clockOffset();
		if (offset != null && offset.abs().compareTo(CLOCKS_APART) > 0) {
			found.add(Rule.CLOCK.of(null, offset.abs(), offset.isNegative() ? "behind" : "ahead of"));
		}
		boolean registering = status.schedules() > 0 || this.ledger.coversRegistered();
		if (status.trouble() != null && registering) {
			found.add(Rule.UNREADABLE.of(null, status.trouble(), (status.read() != null)
					? "Known schedules keep running; new ones do not start until the bindings can be read again."
					: "This replica has not read them since its start: while it leads, the schedules of workers wait. When it has read them, it publishes the slots that are still valid."));
		}
		if (!status.whole()) {
			found.add(Rule.TOO_MANY.of(null));
		}
		addEach(found, Rule.REGISTRATION, status.problems(), status.problemCount(),
				(each) -> Rule.REGISTRATION.of(each.event(), each.destination(), each.event(), each.reason()));
		addEach(found, Rule.UNMATCHED, status.audience().unmatched(), status.audience().unmatchedCount(),
				(each) -> Rule.UNMATCHED.of(each.key(), each.destination(), each.key(), remedy(each)));
		if (status.trouble() != null && !registering) {
			found.add(Rule.NOT_REGISTERING.of(null, status.trouble()));
		}
	}

	private static String remedy(Unmatched binding) {
		return (binding.nearest() != null) ? "Did you mean \"%s\"?".formatted(binding.nearest())
				: "Correct the key in the worker, or add a schedule.";
	}

	private static boolean hasChangingClocks(Schedule schedule) {
		ZoneId zone = schedule.timing().zone();
		return zone != null && !zone.getRules().isFixedOffset();
	}

	private static void addZoneData(List<Problem> found, String own, List<Listed> replicas, Instant now) {
		replicas.stream()
			.filter((replica) -> replica.name().equals(own) && replica.zoneData() != null)
			.map((replica) -> new ZoneData(Objects.requireNonNull(replica.zoneData())))
			.filter((data) -> data.isOlderThanAYear(now))
			.findFirst()
			.ifPresent((data) -> found.add(Rule.OLD_ZONES.of(null, data.version())));
		String expected = replicas.stream()
			.filter(Listed::isLeader)
			.map(Listed::zoneData)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		addEach(found, Rule.OTHER_ZONES,
				replicas.stream()
					.filter((replica) -> expected != null && !replica.isAway() && replica.zoneData() != null
							&& !expected.equals(replica.zoneData()))
					.toList(),
				(replica) -> Rule.OTHER_ZONES.of(null, replica.name(), Listed.leader(replicas)));
	}

	/**
	 * Ticks of one event that one queue has dead-lettered for one reason, the newest
	 * first.
	 *
	 * @param atLeast whether there may be more
	 */
	private record MissedInQueue(String event, List<Miss> ticks, boolean atLeast) {

		Miss last() {
			return this.ticks.get(0);
		}

		Problem problem() {
			MissedReason reason = last().why();
			int count = this.ticks.size();
			return Rule.MISSED.of(this.event, counted(count, "tick", this.atLeast), this.event, last().queue(),
					reason.describe(count), last().at(), remedy(reason));
		}

		private static String remedy(MissedReason reason) {
			return switch (reason) {
				case EXPIRED -> "Check that a worker consumes this queue and keeps up. These jobs have not run.";
				case REJECTED -> "Look into the log of the worker: it has rejected these ticks.";
				case MAXLEN -> "Check that a worker consumes this queue and keeps up, or raise the limit of the queue.";
				case DELIVERY_LIMIT -> "Look into the log of the worker: it has failed on these ticks again and again.";
			};
		}

	}

}
