package dev.ticktock.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.journal.Presence;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Overview.Item;
import dev.ticktock.observe.Overview.Kind;
import dev.ticktock.observe.Overview.Page;
import dev.ticktock.observe.Overview.Trouble;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.leader.SetAside;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what can be seen. Costs nothing while nobody looks, and with 100,000
 * schedules a look takes a moment and no lock that publishing needs. Safe for use by
 * several threads.
 */
final class Observatory {

	/** How many slots of one event are shown. */
	private static final int NEXT_SLOTS = 5;

	/** How many of a schedule's last slots are shown in the table. */
	static final int RECENT = 20;

	private final Topology topology;

	private final Leadership leadership;

	private final Presence self;

	private final Replicas replicas;

	private final ScheduleSource schedules;

	private final Supplier<@Nullable DiscoveryStatus> discovery;

	private final Ledger ledger;

	private final TickMeters meters;

	private final SetAside setAside;

	private final History history;

	private final String virtualHost;

	private final Clock clock;

	private final NextSlots nextSlots = new NextSlots();

	/**
	 * Creates an observatory.
	 * @param discovery what is known of the workers; {@code null} if nobody looks
	 */
	Observatory(Topology topology, Leadership leadership, Presence self, Replicas replicas, ScheduleSource schedules,
			Supplier<@Nullable DiscoveryStatus> discovery, Ledger ledger, TickMeters meters, SetAside setAside,
			History history, String virtualHost, Clock clock) {
		this.topology = topology;
		this.leadership = leadership;
		this.self = self;
		this.replicas = replicas;
		this.schedules = schedules;
		this.discovery = discovery;
		this.ledger = ledger;
		this.meters = meters;
		this.setAside = setAside;
		this.history = history;
		this.virtualHost = virtualHost;
		this.clock = clock;
	}

	/** Returns everything in short, a page of the schedules, and their timeline. */
	Overview overview(Query query) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		LeadershipStatus status = this.leadership.status();
		DiscoveryStatus workers = this.discovery.get();
		List<Row> rows = this.nextSlots.at(now, this.schedules.current());
		Row first = first(rows.stream());
		List<Listed> replicas = this.replicas.list(this.self.hello());
		List<Trouble> problems = problems(now, status, replicas, workers, rows, first);
		List<Row> matching = query.search().isEmpty() ? rows
				: rows.stream().filter((row) -> matches(row.schedule(), query.search())).toList();
		return new Overview(summary(status, rows.size(), replicas, first, problems), now,
				new Overview.Replica(status.replica(), status.role(), status.since(),
						(status.cursor() != null) ? status.cursor().toString() : null),
				replicas, replicas.stream().filter(Listed::isLeader).map(Listed::name).findFirst().orElse(null),
				new Overview.Broker(status.broker(), this.virtualHost, this.topology.exchange(), status.accepting(),
						(workers != null) ? workers.clockOffset() : null),
				new Overview.Journal(status.journal(), this.topology.journal(), this.history.completeSince()),
				(workers != null) ? discovery(workers) : null, problems,
				page(query, rows.size(), matching, now, workers), (query.timeline() > 0)
						? Timeline.of(matching, troubled(problems), query.timeline(), this.history, now) : null);
	}

	private static @Nullable Row first(Stream<Row> rows) {
		return rows.filter((row) -> row.next() != null)
			.min(Comparator.comparing((row) -> Objects.requireNonNull(row.next())))
			.orElse(null);
	}

	private static Overview.Discovery discovery(DiscoveryStatus workers) {
		boolean read = workers.read() != null;
		return new Overview.Discovery(workers.read(), workers.whole(), read ? workers.schedules() : null,
				read ? workers.audience().unheardCount() : null);
	}

	private List<Trouble> problems(Instant now, LeadershipStatus status, List<Listed> replicas,
			@Nullable DiscoveryStatus workers, List<Row> rows, @Nullable Row first) {
		Troubles troubles = new Troubles(now);
		troubles.look(status, lastDue(rows, first, status.journal(), now));
		troubles.lookAtSkipped(this.history.skippedSince(troubles.aDayAgo()));
		troubles.lookAtMissed(this.history.missedSince(troubles.aDayAgo()));
		troubles.lookAtRefused(this.meters.refusing());
		troubles.lookAtSetAside(this.setAside.all());
		troubles.look(replicas);
		if (workers != null) {
			troubles.look(workers, this.ledger.coversRegistered());
		}
		if (this.schedules.current().all().stream().anyMatch(Observatory::hasChangingClocks)) {
			troubles.lookAtZoneData(replicas, status.replica());
		}
		troubles.lookAtLines(this.schedules.current().all());
		return troubles.found();
	}

	private static boolean hasChangingClocks(Schedule schedule) {
		ZoneId zone = schedule.timing().zone();
		return zone != null && !zone.getRules().isFixedOffset();
	}

	/**
	 * Returns the last slot of the schedule that is due next, if that slot should have
	 * been published by now; {@code null} if it is done. A schedule that no leader has
	 * covered yet is new, and is passed over.
	 */
	private @Nullable Instant lastDue(List<Row> rows, @Nullable Row first, JournalState journal, Instant now) {
		Row row = (first == null || doneUntil(first, journal) != null) ? first
				: first(rows.stream().filter((each) -> doneUntil(each, journal) != null));
		if (row == null) {
			return null;
		}
		Instant end = now.truncatedTo(ChronoUnit.SECONDS).minus(Troubles.OVERDUE).plusSeconds(1);
		Instant due = row.schedule().timing().previous(end);
		Instant done = doneUntil(row, journal);
		return (due != null && done != null && due.isAfter(done)) ? due : null;
	}

	/**
	 * Without a journal, every schedule counts as covered, because it is not known which
	 * are.
	 */
	private @Nullable Instant doneUntil(Row row, JournalState journal) {
		return (journal == JournalState.OFF) ? Instant.MIN : this.ledger.doneUntil(row.schedule());
	}

	private static String summary(LeadershipStatus status, int schedules, List<Listed> replicas, @Nullable Row first,
			List<Trouble> found) {
		List<Trouble> problems = found.stream().filter((trouble) -> trouble.kind() != Kind.NOTE).toList();
		if (!problems.isEmpty()) {
			String what = problems.get(0).what();
			return (problems.size() == 1) ? what + "." : "%s; and %d more %s.".formatted(what, problems.size() - 1,
					(problems.size() == 2) ? "problem" : "problems");
		}
		String next = (first != null) ? "next tick %s at %s".formatted(first.schedule().event(), first.next())
				: "no schedule has a slot to come";
		return "All well: %d %s, %s, %s; %s.".formatted(schedules, (schedules == 1) ? "schedule" : "schedules",
				describe(replicas), status.broker(), next);
	}

	private static String describe(List<Listed> replicas) {
		long away = replicas.stream().filter(Listed::isAway).count();
		long present = replicas.size() - away;
		return "%d %s%s".formatted(present, (present == 1) ? "replica" : "replicas",
				(away > 0) ? " and %d away".formatted(away) : "");
	}

	private static Set<String> troubled(List<Trouble> problems) {
		return problems.stream()
			.filter((trouble) -> trouble.kind() != Kind.NOTE)
			.map(Trouble::event)
			.filter(Objects::nonNull)
			.collect(Collectors.toSet());
	}

	private Page page(Query query, int total, List<Row> matching, Instant now, @Nullable DiscoveryStatus workers) {
		List<Row> sorted = sorted(matching, query, workers);
		long from = Math.min(sorted.size(), (query.page() - 1L) * query.size());
		List<Item> items = sorted.subList((int) from, (int) Math.min(sorted.size(), from + query.size()))
			.stream()
			.map((row) -> item(row, this.history.event(row.schedule().event()), now, workers))
			.toList();
		return new Page(total, matching.size(), query.page(), query.size(), items);
	}

	private static boolean matches(Schedule schedule, String search) {
		return schedule.event().toLowerCase(Locale.ROOT).contains(search)
				|| schedule.line().toLowerCase(Locale.ROOT).contains(search);
	}

	private List<Row> sorted(List<Row> rows, Query query, @Nullable DiscoveryStatus workers) {
		return switch (query.order()) {
			case EVENT -> query.descending() ? reversed(rows) : rows;
			case NEXT -> sorted(rows, query, Row::next, Instant.MAX);
			case ORIGIN -> sorted(rows, query, (row) -> row.schedule().origin(), Schedule.Origin.BUILT_IN);
			case LAST -> sorted(rows, query, (row) -> {
				Tick last = this.history.last(row.schedule().event());
				return (last != null) ? last.slot() : null;
			}, Instant.MIN);
			case LAG -> sorted(rows, query, (row) -> {
				Tick last = this.history.last(row.schedule().event());
				return (last != null) ? last.lagMillis() : null;
			}, -1L);
			case LINE -> sorted(rows, query, (row) -> row.schedule().line(), "");
			case QUEUES -> sorted(rows, query, (row) -> {
				List<String> queues = queues(row.schedule(), workers);
				return (queues != null) ? queues.size() : null;
			}, -1);
			case VALIDITY -> sorted(rows, query, Observatory::longestValidity, Duration.ZERO);
		};
	}

	private static List<Row> reversed(List<Row> rows) {
		List<Row> reversed = new ArrayList<>(rows);
		Collections.reverse(reversed);
		return reversed;
	}

	/**
	 * Each key is asked for once; rows with the same stay in the order of their events.
	 */
	private static <K extends Comparable<? super K>> List<Row> sorted(List<Row> rows, Query query,
			Function<Row, @Nullable K> key, K missing) {
		Comparator<Keyed<K>> order = Comparator.comparing(Keyed::key);
		return rows.stream()
			.map((row) -> new Keyed<>(row, Objects.requireNonNullElse(key.apply(row), missing)))
			.sorted(query.descending() ? order.reversed() : order)
			.map(Keyed::row)
			.toList();
	}

	private Item item(Row row, EventHistory history, Instant now, @Nullable DiscoveryStatus workers) {
		Schedule schedule = row.schedule();
		Tick last = history.last();
		ZoneId zone = schedule.timing().zone();
		Instant next = row.next();
		int missed = history.missedSince(now.minus(Troubles.A_DAY));
		return new Item(schedule.event(), schedule.line(), (zone != null) ? zone.getId() : null,
				schedule.origin().name().toLowerCase(Locale.ROOT), validity(schedule.validity()), next,
				(next != null && zone != null) ? next.atZone(zone).toOffsetDateTime() : null,
				(last != null) ? last.slot() : null, (last != null) ? last.lagMillis() : null,
				history.marks().limit(RECENT).toList(), queues(schedule, workers), (missed > 0) ? missed : null);
	}

	private static @Nullable List<String> queues(Schedule schedule, @Nullable DiscoveryStatus workers) {
		return (workers != null && workers.read() != null) ? workers.audience().queues(schedule.event()) : null;
	}

	private static Duration longestValidity(Row row) {
		Validity validity = row.schedule().validity();
		Duration gap = row.gap();
		return (validity.halfTheGap() && gap != null && gap.dividedBy(2).compareTo(validity.atMost()) < 0)
				? gap.dividedBy(2) : validity.atMost();
	}

	private static String validity(Validity validity) {
		return validity.halfTheGap() ? "%s, at most %s".formatted(validity.describe(), validity.atMost())
				: validity.describe();
	}

	/** Returns one event; {@code null} if neither a schedule nor the history has it. */
	@Nullable EventReport event(String event) {
		Schedule schedule = this.schedules.current().byEvent().get(event);
		EventHistory history = this.history.event(event);
		if (schedule == null) {
			return history.isEmpty() ? null : EventReport.of(event, null, List.of(), history);
		}
		Instant now = this.clock.instant();
		return EventReport.of(event, item(Row.of(schedule, now), history, now, this.discovery.get()),
				next(schedule, now), history);
	}

	/**
	 * Returns an object that is equal as long as an answer would say the same. What
	 * changes only because time passes changes it every ten seconds.
	 */
	Object state() {
		List<String> replicas = this.replicas.list(this.self.hello())
			.stream()
			.map((replica) -> replica.name() + " " + replica.role())
			.toList();
		return new State(this.clock.instant().getEpochSecond() / 10, this.history.revision(), this.leadership.status(),
				this.schedules.current(), this.discovery.get(), replicas);
	}

	private static List<OffsetDateTime> next(Schedule schedule, Instant now) {
		ZoneId zone = Objects.requireNonNullElse(schedule.timing().zone(), ZoneOffset.UTC);
		List<OffsetDateTime> slots = new ArrayList<>();
		for (Instant slot = Row.of(schedule, now).next(); slot != null
				&& slots.size() < NEXT_SLOTS; slot = Row.of(schedule, slot).next()) {
			slots.add(slot.atZone(zone).toOffsetDateTime());
		}
		return slots;
	}

	/** Schedules are compared by identity, because there can be many. */
	private record State(long time, long changes, LeadershipStatus status, Schedules schedules,
			@Nullable DiscoveryStatus workers, List<String> replicas) {

	}

	private record Keyed<K>(Row row, K key) {

	}

}
