package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.MissedReason;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Problem.Kind;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;

/**
 * Finds the problems of a replica. Of each kind some are named and the others counted, so
 * that a frequent kind does not hide the others. Safe for use by several threads.
 */
record Problems(History history, Ledger ledger, TickMeters meters, Topology topology) {

	static final int NAMED_AT_MOST = 20;

	/** For how long skipped slots and missed ticks are problems. */
	static final Duration A_DAY = Duration.ofDays(1);

	/** How long a slot may have passed without a tick. */
	private static final Duration OVERDUE = Duration.ofSeconds(30);

	private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

	/** Returns the problems at present, the most urgent first. */
	List<Problem> find(Situation situation) {
		Instant now = situation.now();
		List<Row> rows = situation.rows();
		List<Problem> found = new ArrayList<>();
		addStatus(found, situation.status(), rows, now);
		addEach(found, this.history.skippedSince(now.minus(A_DAY)), Problems::skipped,
				"Skipped slots of %d more events");
		addEach(found, missed(now.minus(A_DAY)), MissedInQueue::problem, "Missed ticks of %d more events and queues");
		addEach(found, this.history.failingSince(now.minus(A_DAY)), (failed) -> {
			String why = failed.getValue().message();
			return new Problem(Kind.FAILED, failed.getKey(),
					"The job of %s has failed for the slot %s%s".formatted(failed.getKey(), failed.getValue().slot(),
							(why != null) ? ": " + why : ""),
					"Look into the log of the worker. The next success ends this problem.");
		}, "The last jobs of %d more events have failed");
		addEach(found, this.meters.rejecting(),
				(event) -> new Problem(Kind.REFUSED, event, "A queue rejects the ticks of " + event,
						"The queue is full: check its worker. The other queues receive the ticks."),
				"Queues reject the ticks of %d more events");
		addReplicas(found, situation.replicas());
		if (situation.workers() != null) {
			addWorkers(found, situation.workers(), situation.holds());
		}
		addHolds(found, rows, situation.holds());
		List<Schedule> schedules = rows.stream().map(Row::schedule).toList();
		addEach(found,
				rows.stream()
					.filter((row) -> row.next() == null)
					.map(Row::schedule)
					.filter((each) -> each.origin() != Origin.REGISTERED && each.isOver(now))
					.toList(),
				(each) -> new Problem(Kind.NOTE, each.event(),
						"\"%s\" of %s lies in the past".formatted(each.line(), each.event()),
						"Remove it from the configuration."),
				"%d more configured schedules lie in the past");
		if (schedules.stream()
			.map((schedule) -> schedule.timing().zone())
			.anyMatch((zone) -> zone != null && !zone.getRules().isFixedOffset())) {
			addZoneData(found, situation.status().replica(), situation.replicas(), now);
		}
		addEach(found, schedules.stream().filter((schedule) -> schedule.ambiguity() != null).toList(),
				(schedule) -> new Problem(Kind.NOTE, schedule.event(),
						"\"%s\" looks like a line for Quartz: %s".formatted(schedule.line(), schedule.ambiguity()),
						Schedule.NAME_THE_DAYS + "."),
				"%d more lines look like lines for Quartz");
		return found;
	}

	private static <T> void addEach(List<Problem> found, Collection<T> some, Function<T, Problem> naming, String more) {
		addEach(found, some, some.size(), naming, more);
	}

	private static <T> void addEach(List<Problem> found, Collection<T> some, int count, Function<T, Problem> naming,
			String more) {
		List<Problem> named = some.stream().limit(NAMED_AT_MOST).map(naming).toList();
		found.addAll(named);
		if (!named.isEmpty() && count > named.size()) {
			found.add(new Problem(named.get(0).kind(), null, more.formatted(count - named.size()),
					"The others are named when those above are resolved."));
		}
	}

	private void addStatus(List<Problem> found, LeadershipStatus status, List<Row> rows, Instant now) {
		if (status.role() == Role.DISCONNECTED) {
			found.add(new Problem(Kind.DISCONNECTED, null,
					"This replica is not connected to the broker since %s%s".formatted(status.since(),
							(status.trouble() != null) ? ": " + status.trouble() : ""),
					"Check that the broker is running and can be reached, and grant what it has refused. TickTock reconnects by itself."));
			return;
		}
		Instant due = status.accepting() ? overdue(status, rows, now) : null;
		if (!status.accepting()) {
			found.add(new Problem(Kind.BLOCKED, null,
					"The broker has blocked publishing: it is low on memory or disk space",
					"Run rabbitmq-diagnostics alarms on the broker. Ticks wait until it accepts messages again or they expire."));
		}
		else if (due != null) {
			found.add(new Problem(
					Kind.OVERDUE, null, "No tick has been published since that of %s, and a slot was due at %s"
						.formatted(status.cursor(), due),
					"Look at the logs of all replicas: one of them has to be leader."));
		}
		if (status.journal() == JournalState.DETACHED) {
			found
				.add(new Problem(Kind.JOURNAL, null, "This replica cannot read the journal, so it cannot become leader",
						"The log has the reason. Check the stream at the broker."));
		}
		if (status.journal() == JournalState.INCOMPLETE) {
			found.add(new Problem(Kind.UNRECORDED, null,
					"Ticks are published that do not come back from the journal: another leader would publish them again",
					"TickTock binds the journal to the exchange again. If the exchange was deleted, restart the workers, so that they bind their queues again."));
		}
	}

	/**
	 * Returns the last slot of the schedule that is due next, if it should have been
	 * published by now; {@code null} if not. A schedule that no leader has covered yet is
	 * new, and is passed over, and so is a slot that passed before the replica was here.
	 */
	private @Nullable Instant overdue(LeadershipStatus status, List<Row> rows, Instant now) {
		Row row = Row.first(rows.stream());
		if (row != null && doneUntil(row, status.journal()) == null) {
			row = Row.first(rows.stream().filter((each) -> doneUntil(each, status.journal()) != null));
		}
		if (status.cursor() == null || row == null) {
			return null;
		}
		Instant due = row.schedule()
			.timing()
			.previous(now.truncatedTo(ChronoUnit.SECONDS).minus(OVERDUE).plusSeconds(1));
		Instant done = doneUntil(row, status.journal());
		return (due != null && done != null && due.isAfter(done) && due.isAfter(status.since())
				&& status.cursor().slot().isBefore(due)) ? due : null;
	}

	/** Without a journal, it is not known which schedules are covered, so all are. */
	private @Nullable Instant doneUntil(Row row, JournalState journal) {
		return (journal == JournalState.OFF) ? Instant.MIN : this.ledger.doneUntil(row.schedule());
	}

	private static Problem skipped(Skip skip) {
		String event = skip.slots().event();
		return new Problem(Kind.SKIPPED, event,
				"Skipped %s of %s %s, because %s".formatted(skip.slots().counted(), event, skip.slots().when(),
						skip.why().describe(skip.since())),
				"These jobs have not run. Publish a message with this key by hand to run one now.");
	}

	private List<MissedInQueue> missed(Instant since) {
		List<MissedInQueue> missed = new ArrayList<>();
		this.history.missedSince(since)
			.forEach((event, misses) -> misses.stream()
				.collect(Collectors.groupingBy((miss) -> List.of(miss.queue(), miss.reason())))
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
		addEach(found, present.stream().filter((replica) -> Boolean.TRUE.equals(replica.differs())).toList(),
				(replica) -> new Problem(Kind.REPLICAS, null,
						"Replica %s has other schedules or settings than the leader %s".formatted(replica.name(),
								Listed.leader(replicas)),
						"The leader's schedules apply. In a roll-out, wait for its end. Otherwise, give all replicas the same ticktock.scheduler.*, ticktock.discovery.* and ticktock.leader.queue."),
				"%d more replicas have other schedules or settings than the leader");
		List<String> names = present.stream().map(Listed::name).toList();
		addEach(found, names.stream().distinct().filter((name) -> Collections.frequency(names, name) > 1).toList(),
				(name) -> new Problem(Kind.REPLICAS, null, "Several replicas have the name " + name,
						"Give each replica a ticktock.replica of its own, or none: the default is host and process id."),
				"%d more names are those of several replicas");
	}

	private void addWorkers(List<Problem> found, DiscoveryStatus status, Holds holds) {
		Duration offset = status.clockOffset();
		if (offset != null && offset.abs().compareTo(CLOCKS_APART) > 0) {
			found.add(new Problem(Kind.CLOCK, null,
					"This replica's clock is %s %s the broker's".formatted(offset.abs(),
							offset.isNegative() ? "behind" : "ahead of"),
					"Find out which one is wrong, and set both by NTP."));
		}
		boolean relied = status.schedules() > 0 || this.ledger.coversRegistered() || !holds.all().isEmpty();
		if (status.trouble() != null && relied) {
			found.add(new Problem(Kind.BINDINGS, null, "The bindings cannot be read: " + status
				.trouble(), (status.read() != null)
						? "Known schedules keep running, and what is on hold stays on hold; new ones do not start until the bindings can be read again."
						: "This replica has not read them since its start: while it leads, the schedules of workers wait, and what was on hold stays on hold. When it has read them, it publishes the slots that are still valid."));
		}
		if (!status.whole()) {
			found.add(new Problem(Kind.BINDINGS, null, "The exchange has more bindings than are read",
					"Remove bindings, or raise ticktock.discovery.max-bindings or ticktock.discovery.max-listing-size."));
		}
		addEach(found, status.problems(), status.problemCount(),
				(each) -> new Problem(Kind.REGISTRATION, each.event(),
						"The binding of \"%s\" to \"%s\" registers nothing".formatted(each.destination(), each.event()),
						each.reason()),
				"%d more bindings register nothing");
		addEach(found, status.audience().unmatched(), status.audience().unmatchedCount(), Problems::unmatched,
				"%d more bindings have a key that no schedule publishes");
		addEach(found, status.over(), status.overCount(),
				(each) -> new Problem(Kind.NOTE, each.event(),
						"The binding of \"%s\" to \"%s\" registers nothing any more".formatted(each.destination(),
								each.event()),
						each.reason()),
				"%d more bindings register nothing any more");
		if (status.trouble() != null && !relied) {
			found.add(new Problem(Kind.NOTE, null,
					"It is unknown whether workers have registered schedules: the bindings cannot be read: "
							+ status.trouble(),
					"For registration and holds, let TickTock read the bindings. If you need neither, set ticktock.discovery.enabled=false."));
		}
	}

	private static Problem unmatched(Unmatched binding) {
		return new Problem(Kind.UNMATCHED, binding.key(),
				"\"%s\" is bound to \"%s\", which no schedule publishes".formatted(binding.destination(),
						binding.key()),
				(binding.nearest() != null) ? "Did you mean \"%s\"?".formatted(binding.nearest())
						: "Correct the key in the worker, or add a schedule. This binding has no argument cron.");
	}

	private void addHolds(List<Problem> found, List<Row> rows, Holds holds) {
		Map<Hold, Long> counts = new HashMap<>();
		rows.stream().map(Row::hold).filter(Objects::nonNull).forEach((hold) -> counts.merge(hold, 1L, Long::sum));
		addEach(found, holds.all(), (hold) -> {
			long count = counts.getOrDefault(hold, 0L);
			return new Problem(Kind.NOTE, (count > 0) ? hold.key() : null,
					"%s on hold with the key \"%s\"%s".formatted(
							(count == 0) ? "No event is" : (count == 1) ? "1 event is" : count + " events are",
							hold.key(), hold.describe()),
					((count == 0) ? "No schedule has an event that matches it. If it is misspelt, bind the right key. "
							: "")
							+ "To go on at the next slot, unbind this key from the queue \"%s\", with its arguments."
								.formatted(this.topology.hold()));
		}, "%d more keys are on hold");
		if (holds.all().size() == Holds.MOST) {
			found.add(new Problem(Kind.NOTE, null, "%d keys are on hold, and no more count".formatted(Holds.MOST),
					"Bind fewer keys, with wildcards."));
		}
	}

	private static void addZoneData(List<Problem> found, String own, List<Listed> replicas, Instant now) {
		String installed = zoneData(replicas, (replica) -> replica.name().equals(own));
		if (installed != null && new ZoneData(installed).isOlderThanAYear(now)) {
			found.add(new Problem(Kind.NOTE, null,
					"The time zone data of this replica, %s, may lack changes of the past year".formatted(installed),
					"Run TickTock with a newer Java or image, or renew the data with the tzupdater."));
		}
		String expected = zoneData(replicas, Listed::isLeader);
		addEach(found,
				replicas.stream()
					.filter((replica) -> expected != null && !replica.isAway() && replica.zoneData() != null
							&& !expected.equals(replica.zoneData()))
					.toList(),
				(replica) -> new Problem(Kind.NOTE, null,
						"Replica %s has other time zone data than the leader %s".formatted(replica.name(),
								Listed.leader(replicas)),
						"Run all replicas with the same Java or image: the slots of a zone can differ."),
				"%d more replicas have other time zone data than the leader");
	}

	private static @Nullable String zoneData(List<Listed> replicas, Predicate<Listed> of) {
		return replicas.stream().filter(of).map(Listed::zoneData).filter(Objects::nonNull).findFirst().orElse(null);
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
			MissedReason reason = last().reason();
			int count = this.ticks.size();
			return new Problem(Kind.MISSED, this.event,
					"Missed %s%d %s of %s in queue %s: %s; last at %s".formatted(this.atLeast ? "at least " : "", count,
							(count == 1) ? "tick" : "ticks", this.event, last().queue(), reason.describe(count),
							last().at()),
					switch (reason) {
						case EXPIRED ->
							"Check that a worker consumes this queue and keeps up. These jobs have not run.";
						case REJECTED -> "Look into the log of the worker: it has rejected these ticks.";
						case MAXLEN ->
							"Check that a worker consumes this queue and keeps up, or raise the limit of the queue.";
						case DELIVERY_LIMIT ->
							"Look into the log of the worker: it has failed on these ticks again and again.";
					});
		}

	}

}
