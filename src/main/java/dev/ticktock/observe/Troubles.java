package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.discovery.Problem;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.message.MissedReason;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.Overview.Kind;
import dev.ticktock.observe.Overview.Trouble;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.leader.SetAside;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.time.ZoneData;
import org.jspecify.annotations.Nullable;

/**
 * Finds the problems that need attention, each with its remedy. Of each kind some are
 * named and the others counted, so that a frequent kind does not hide the others. For one
 * answer; used by one thread.
 */
final class Troubles {

	/** How many of a kind are named. */
	static final int NAMED_AT_MOST = 20;

	/** How long a slot may have passed without a tick before that is a trouble. */
	static final Duration OVERDUE = Duration.ofSeconds(30);

	static final Duration A_DAY = Duration.ofDays(1);

	private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

	private final List<Trouble> found = new ArrayList<>();

	private final Instant now;

	Troubles(Instant now) {
		this.now = now;
	}

	List<Trouble> found() {
		return List.copyOf(this.found);
	}

	private void add(Kind kind, @Nullable String event, String what, String remedy) {
		this.found.add(new Trouble(kind, event, what, remedy));
	}

	/**
	 * Looks at how the replica stands.
	 * @param due a slot that should have been published by now; {@code null} if none is
	 * known
	 */
	void look(LeadershipStatus status, @Nullable Instant due) {
		if (status.role() == Role.DISCONNECTED) {
			add(Kind.DISCONNECTED, null,
					"This replica is not connected to the broker since %s%s".formatted(status.since(),
							(status.trouble() != null) ? ": " + status.trouble() : ""),
					"Check that the broker runs and can be reached. TickTock connects again by itself.");
			return;
		}
		if (!status.accepting()) {
			add(Kind.BLOCKED, null, "The broker has blocked publishing: it is low on memory or disk space",
					"Run rabbitmq-diagnostics alarms on the broker. Ticks wait until it accepts messages again or they expire.");
		}
		else {
			lookForOverdue(status, due);
		}
		if (status.journal() == JournalState.DETACHED) {
			add(Kind.JOURNAL, null, "This replica cannot read the journal, so it cannot become leader",
					"The log has the reason. Check the stream at the broker.");
		}
		if (status.journal() == JournalState.INCOMPLETE) {
			add(Kind.UNRECORDED, null,
					"Ticks are published that do not come back from the journal: another leader would publish them again",
					"TickTock binds the journal to the exchange again. If the exchange was deleted, restart the workers, so that they bind their queues again.");
		}
	}

	/**
	 * A slot that passed before the replica was here may be of a schedule that is new.
	 */
	private void lookForOverdue(LeadershipStatus status, @Nullable Instant due) {
		Cursor cursor = status.cursor();
		if (cursor != null && due != null && due.isAfter(status.since()) && cursor.slot().isBefore(due)) {
			add(Kind.OVERDUE, null,
					"No tick has been published since that of %s, and a slot was due at %s".formatted(cursor, due),
					"Look at the logs of all replicas: one of them has to be leader.");
		}
	}

	/** Looks at what was skipped in the last day. */
	void lookAtSkipped(List<Skip> skips) {
		name(skips, skips.size(), (skip) -> {
			SkippedSlots slots = skip.slots();
			Skipping why = new Skipping(skip.reason(), skip.since(), skip.noticed(), List.of());
			add(Kind.SKIPPED, slots.event(),
					"Skipped %s%d %s of %s %s, because %s".formatted(slots.atLeast() ? "at least " : "", slots.count(),
							(slots.count() == 1) ? "slot" : "slots", slots.event(), slots.when(), why.why()),
					"These jobs have not run. Publish a message with this key by hand to run one now.");
		}, Kind.SKIPPED, "Skipped slots of %d more events");
	}

	/** Looks at what nobody took in the last day, by event. */
	void lookAtMissed(Map<String, List<Miss>> missed) {
		List<MissedTicks> causes = new ArrayList<>();
		missed.forEach((event, misses) -> misses.stream()
			.collect(Collectors.groupingBy((miss) -> List.of(miss.queue(), miss.reason())))
			.values()
			.forEach((each) -> causes.add(new MissedTicks(event, each, misses.size() == History.MISSES))));
		causes.sort(Comparator.comparing((MissedTicks each) -> each.last().at())
			.reversed()
			.thenComparing(MissedTicks::event)
			.thenComparing((each) -> each.last().queue()));
		name(causes, causes.size(), (each) -> {
			Miss last = each.last();
			int count = each.ticks().size();
			add(Kind.MISSED, each.event(),
					"Nobody took %s%d %s of %s in queue %s: %s; last at %s".formatted(each.atLeast() ? "at least " : "",
							count, (count == 1) ? "tick" : "ticks", each.event(), last.queue(),
							last.reason().describe(count), last.at()),
					remedy(last.reason()));
		}, Kind.MISSED, "Nobody took ticks of %d more events and queues");
	}

	/** Ticks of one event, queue and reason, the newest first. */
	private record MissedTicks(String event, List<Miss> ticks, boolean atLeast) {

		Miss last() {
			return this.ticks.get(0);
		}

	}

	private static String remedy(MissedReason reason) {
		return switch (reason) {
			case EXPIRED -> "Check that a worker consumes this queue and keeps up. These jobs have not run.";
			case REJECTED -> "Look into the log of the worker: it has rejected these ticks.";
			case MAXLEN -> "Check that a worker consumes this queue and keeps up, or raise the limit of the queue.";
			case DELIVERY_LIMIT -> "Look into the log of the worker: it has failed on these ticks again and again.";
		};
	}

	/** Returns since when skipped slots and missed ticks are shown. */
	Instant aDayAgo() {
		return this.now.minus(A_DAY);
	}

	/** Looks at the events of which a queue has rejected the last tick. */
	void lookAtRefused(Collection<String> events) {
		name(events, events.size(),
				(event) -> add(Kind.REFUSED, event, "A queue rejects the ticks of %s".formatted(event),
						"The queue is full: check its worker. The other queues receive the ticks."),
				Kind.REFUSED, "Queues reject the ticks of %d more events");
	}

	/** Looks at the schedules whose ticks the broker itself refuses. */
	void lookAtSetAside(Collection<SetAside.Refused> refused) {
		name(refused, refused.size(),
				(each) -> add(Kind.REFUSED, each.event(),
						"The broker refuses the ticks of %s: %s".formatted(each.event(), each.reason()),
						each.remedy() + " TickTock tries again in an hour or when the schedule changes."),
				Kind.REFUSED, "The broker refuses the ticks of %d more events");
	}

	/** Looks at what the replicas say of themselves. */
	void look(List<Listed> replicas) {
		String leader = leader(replicas);
		name(present(replicas, (replica) -> Boolean.TRUE.equals(replica.differs())), (name) -> add(Kind.REPLICAS, null,
				"Replica %s has other schedules or settings than the leader %s".formatted(name, leader),
				"The leader's schedules apply. In a roll-out, wait for its end. Otherwise, give all replicas the same ticktock.scheduler.*, ticktock.discovery.* and ticktock.leader.queue."),
				"%d more replicas have other schedules or settings than the leader");
		List<String> names = present(replicas, (replica) -> true);
		name(names.stream().distinct().filter((name) -> Collections.frequency(names, name) > 1).toList(), (name) -> add(
				Kind.REPLICAS, null, "Several replicas have the name %s".formatted(name),
				"Give each replica a ticktock.replica of its own, or none: the default is host and process id."),
				"%d more names are those of several replicas");
	}

	/**
	 * Looks at the time zone data, which matters if there are schedules in zones that
	 * change their clocks.
	 */
	void lookAtZoneData(List<Listed> replicas, String own) {
		replicas.stream()
			.filter((replica) -> replica.name().equals(own) && replica.zoneData() != null)
			.map((replica) -> new ZoneData(replica.zoneData()))
			.filter((data) -> data.isOlderThanAYear(this.now))
			.findFirst()
			.ifPresent((data) -> add(Kind.NOTE, null,
					"The time zone data of this replica, %s, may lack changes of the past year"
						.formatted(data.version()),
					"Run TickTock with a newer Java or image, or renew the data with the tzupdater."));
		String leaders = replicas.stream().filter(Listed::isLeader).map(Listed::zoneData).findFirst().orElse(null);
		List<String> others = present(replicas,
				(replica) -> leaders != null && replica.zoneData() != null && !replica.zoneData().equals(leaders));
		name(others, others.size(),
				(name) -> add(Kind.NOTE, null,
						"Replica %s has other time zone data than the leader %s".formatted(name, leader(replicas)),
						"Run all replicas with the same Java or image: the slots of a zone can differ."),
				Kind.NOTE, "%d more replicas have other time zone data than the leader");
	}

	private static List<String> present(List<Listed> replicas, Predicate<Listed> which) {
		return replicas.stream()
			.filter((replica) -> !replica.isAway() && which.test(replica))
			.map(Listed::name)
			.toList();
	}

	private static @Nullable String leader(List<Listed> replicas) {
		return replicas.stream().filter(Listed::isLeader).map(Listed::name).findFirst().orElse(null);
	}

	private void name(List<String> names, Consumer<String> naming, String rest) {
		name(names, names.size(), naming, Kind.REPLICAS, rest);
	}

	/**
	 * Looks at what is known of the workers.
	 * @param covered whether leaders have covered schedules that workers registered
	 */
	void look(DiscoveryStatus status, boolean covered) {
		Duration offset = status.clockOffset();
		if (offset != null && offset.abs().compareTo(CLOCKS_APART) > 0) {
			add(Kind.CLOCK, null,
					"This replica's clock is %s %s the broker's".formatted(offset.abs(),
							offset.isNegative() ? "behind" : "ahead of"),
					"Find out which one is wrong, and set both by NTP.");
		}
		boolean registering = status.schedules() > 0 || covered;
		if (status.trouble() != null && registering) {
			add(Kind.BINDINGS, null, "The bindings cannot be read: %s".formatted(status
				.trouble()), (status.read() != null)
						? "Known schedules keep running; new ones do not start until the bindings can be read again."
						: "This replica has not read them since its start: while it leads, the schedules of workers wait. When it has read them, it publishes the slots that are still valid.");
		}
		if (!status.whole()) {
			add(Kind.BINDINGS, null, "The exchange has more bindings than are read",
					"Remove bindings, or raise ticktock.discovery.max-bindings or ticktock.discovery.max-listing-size.");
		}
		name(status.problems(), status.problemCount(), this::add, Kind.REGISTRATION,
				"%d more bindings register nothing");
		name(status.audience().unmatched(), status.audience().unmatchedCount(), this::add, Kind.UNMATCHED,
				"%d more bindings have a key that no schedule publishes");
		if (status.trouble() != null && !registering) {
			add(Kind.NOTE, null,
					"Workers have registered no schedules, and the bindings cannot be read: %s"
						.formatted(status.trouble()),
					"If workers are to register schedules, let TickTock read the bindings. If not, set ticktock.discovery.enabled=false.");
		}
	}

	/** Looks at the lines that may be meant for other days. */
	void lookAtLines(Collection<Schedule> schedules) {
		List<Schedule> ambiguous = schedules.stream().filter((schedule) -> schedule.ambiguity() != null).toList();
		name(ambiguous, ambiguous.size(),
				(schedule) -> add(Kind.NOTE, schedule.event(),
						"\"%s\" looks like a line for Quartz: %s".formatted(schedule.line(), schedule.ambiguity()),
						Schedule.NAME_THE_DAYS + "."),
				Kind.NOTE, "%d more lines look like lines for Quartz");
	}

	private void add(Problem problem) {
		add(Kind.REGISTRATION, problem.event(),
				"The binding of \"%s\" to \"%s\" registers nothing".formatted(problem.destination(), problem.event()),
				problem.reason());
	}

	private void add(Unmatched binding) {
		add(Kind.UNMATCHED, binding.key(),
				"\"%s\" is bound to \"%s\", which no schedule publishes".formatted(binding.destination(),
						binding.key()),
				(binding.nearest() != null) ? "Did you mean \"%s\"?".formatted(binding.nearest())
						: "Correct the key in the worker, or add a schedule.");
	}

	private <T> void name(Collection<T> some, int count, Consumer<T> naming, Kind kind, String rest) {
		some.stream().limit(NAMED_AT_MOST).forEach(naming);
		int more = count - Math.min(NAMED_AT_MOST, some.size());
		if (more > 0) {
			add(kind, null, rest.formatted(more), "The log and the journal have more of them.");
		}
	}

}
