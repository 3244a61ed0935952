package dev.ticktock.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Outcome;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Overview.Item;
import dev.ticktock.observe.Overview.Page;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.schedule.Validity;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.util.StringUtils;

/**
 * Answers what people ask first of a scheduler: is all well, what runs when, did it run,
 * what was missed. The same on a standby as on the leader, and read-only. Costs nothing
 * until it is asked, and then needs no lock that publishing needs. Safe for use by
 * several threads.
 */
@Endpoint(id = "ticktock", defaultAccess = Access.READ_ONLY)
public final class TickTockEndpoint {

	/** A line is previewed for it if no event is given. */
	private static final String AN_EVENT = "report.nightly";

	private static final int RECENT_MARKS = 20;

	private final Topology topology;

	private final Leadership leadership;

	private final Supplier<ReplicaInfo> self;

	private final Replicas replicas;

	private final ScheduleSource schedules;

	private final SchedulerProperties properties;

	private final Supplier<Holds> holds;

	private final Supplier<@Nullable DiscoveryStatus> discovery;

	private final Problems problems;

	private final History history;

	private final BrokerConnector connector;

	private final Clock clock;

	private final NextSlots nextSlots = new NextSlots();

	TickTockEndpoint(Topology topology, Leadership leadership, Supplier<ReplicaInfo> self, Replicas replicas,
			ScheduleSource schedules, SchedulerProperties properties, Supplier<Holds> holds,
			Supplier<@Nullable DiscoveryStatus> discovery, Problems problems, History history,
			BrokerConnector connector, Clock clock) {
		this.topology = topology;
		this.leadership = leadership;
		this.self = self;
		this.replicas = replicas;
		this.schedules = schedules;
		this.properties = properties;
		this.holds = holds;
		this.discovery = discovery;
		this.problems = problems;
		this.history = history;
		this.connector = connector;
		this.clock = clock;
	}

	/**
	 * Returns the preview of a line, if there is one, and otherwise the overview.
	 * @param event the event that an H in the line follows from
	 */
	@ReadOperation
	public OperationResponseBody answer(@Nullable Integer page, @Nullable Integer size, @Nullable String search,
			@Nullable String sort, @Nullable Integer timeline, @Nullable String line, @Nullable String zone,
			@Nullable String event) {
		return (line != null) ? preview(line, zone, event) : overview(page, size, search, sort, timeline);
	}

	/**
	 * Returns the next slots of a line that is no schedule yet, or why it is refused.
	 * What is {@code null} or empty has a default.
	 */
	public OperationResponseBody preview(String line, @Nullable String zone, @Nullable String event) {
		try {
			Schedule schedule = Schedule.parse(Origin.CONFIGURED, StringUtils.hasText(event) ? event : AN_EVENT, line,
					StringUtils.hasText(zone) ? zone : null, null, this.properties.defaults());
			return new Preview(schedule.definition(), NextSlots.after(this.clock.instant(), schedule), null, null);
		}
		catch (ScheduleFormatException ex) {
			return new Preview(null, null, ex.reason(), ex.remedy());
		}
	}

	/**
	 * Returns everything in short, a page of the schedules, and as many rows of the
	 * timeline as are asked for.
	 */
	public Overview overview(@Nullable Integer page, @Nullable Integer size, @Nullable String search,
			@Nullable String sort, @Nullable Integer timeline) {
		Query query = Query.of(page, size, search, sort, timeline);
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		LeadershipStatus status = this.leadership.status();
		DiscoveryStatus workers = this.discovery.get();
		Holds held = this.holds.get();
		List<Row> rows = this.nextSlots.at(now, this.schedules.current(), held);
		List<Listed> replicas = this.replicas.list(this.self.get());
		List<Problem> problems = this.problems.find(now, status, rows, held, replicas, workers);
		List<Problem> serious = problems.stream().filter((problem) -> !problem.isNote()).toList();
		List<Row> matching = query.search().isEmpty() ? rows
				: rows.stream().filter((row) -> matches(row.schedule(), query.search())).toList();
		return new Overview(summary(status, rows, replicas, serious), now,
				new Overview.Replica(status.replica(), status.role(), status.since(),
						(status.cursor() != null) ? status.cursor().toString() : null),
				replicas, Listed.leader(replicas),
				new Overview.Broker(status.broker(), this.connector.virtualHost(), this.topology.exchange(),
						status.accepting(), (workers != null) ? workers.clockOffset() : null),
				new Overview.Journal(status.journal(), this.topology.journal(), this.history.completeSince()),
				(workers != null) ? discovery(workers) : null, problems,
				page(query, rows.size(), matching, now, workers),
				(query.timeline() > 0) ? Timeline.of(matching, serious, query.timeline(), this.history, now) : null);
	}

	private static Overview.Discovery discovery(DiscoveryStatus workers) {
		return (workers.read() == null) ? new Overview.Discovery(null, workers.whole(), null, null)
				: new Overview.Discovery(workers.read(), workers.whole(), workers.schedules(),
						workers.audience().unheardCount());
	}

	private static String summary(LeadershipStatus status, List<Row> rows, List<Listed> replicas,
			List<Problem> problems) {
		if (!problems.isEmpty()) {
			String what = problems.get(0).what();
			return (problems.size() == 1) ? what + "."
					: "%s; and %s.".formatted(what, counted(problems.size() - 1, "more problem"));
		}
		Row first = Row.first(rows.stream());
		long held = rows.stream().filter((row) -> row.hold() != null).count();
		String next = (first != null) ? "next tick %s at %s".formatted(first.schedule().event(), first.next())
				: (held > 0) ? "no tick is to come" : "no schedule has a slot to come";
		long away = replicas.stream().filter(Listed::isAway).count();
		return "All well: %s%s, %s%s, %s; %s.".formatted(counted(rows.size(), "schedule"),
				(held > 0) ? " (%d on hold)".formatted(held) : "", counted(replicas.size() - away, "replica"),
				(away > 0) ? " and %d away".formatted(away) : "", status.broker(), next);
	}

	private static String counted(long count, String noun) {
		return "%d %s%s".formatted(count, noun, (count == 1) ? "" : "s");
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
			case EVENT -> sorted(rows, query, (row) -> row.schedule().event());
			case NEXT -> sorted(rows, query, (row) -> (row.next() != null) ? row.next() : Instant.MAX);
			case ORIGIN -> sorted(rows, query, (row) -> row.schedule().origin());
			case LAST -> sorted(rows, query, (row) -> last(row, Tick::slot, Instant.MIN));
			case LAG -> sorted(rows, query, (row) -> last(row, Tick::lagMillis, -1L));
			case LINE -> sorted(rows, query, (row) -> row.schedule().line());
			case QUEUES -> sorted(rows, query, (row) -> {
				List<String> queues = queues(row.schedule(), workers);
				return (queues != null) ? queues.size() : -1;
			});
			case VALIDITY -> sorted(rows, query, TickTockEndpoint::longestValidity);
		};
	}

	/** Computes each key once; rows with the same stay in the order of their events. */
	private static <K extends Comparable<? super K>> List<Row> sorted(List<Row> rows, Query query,
			Function<Row, K> key) {
		Comparator<Map.Entry<K, Row>> order = Map.Entry.comparingByKey();
		return rows.stream()
			.map((row) -> Map.entry(key.apply(row), row))
			.sorted(query.descending() ? order.reversed() : order)
			.map(Map.Entry::getValue)
			.toList();
	}

	private <T> T last(Row row, Function<Tick, @Nullable T> field, T missing) {
		Tick last = this.history.last(row.schedule().event());
		T value = (last != null) ? field.apply(last) : null;
		return (value != null) ? value : missing;
	}

	private Item item(Row row, EventHistory history, Instant now, @Nullable DiscoveryStatus workers) {
		Schedule schedule = row.schedule();
		Tick last = history.last();
		ZoneId zone = schedule.timing().zone();
		Instant next = row.next();
		int missed = history.missedSince(now.minus(Problems.A_DAY));
		int unanswered = history.unanswered();
		return new Item(schedule.event(), schedule.line(), (zone != null) ? zone.getId() : null,
				schedule.origin().name().toLowerCase(Locale.ROOT), validity(schedule.validity()), next,
				(next != null && zone != null) ? next.atZone(zone).toOffsetDateTime() : null,
				(last != null) ? last.slot() : null, (last != null) ? last.lagMillis() : null,
				history.marks().limit(RECENT_MARKS).toList(), queues(schedule, workers), row.hold(),
				(missed > 0) ? missed : null, history.lastSuccess(), history.lastFailure(),
				(unanswered > 0) ? unanswered : null);
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

	/**
	 * Returns one event; {@code null}, which is status 404, if neither a schedule nor the
	 * history has it.
	 * @param event the event, which may contain slashes
	 */
	@ReadOperation
	public @Nullable EventReport event(@Selector(match = Match.ALL_REMAINING) String... event) {
		String name = String.join("/", event);
		Schedule schedule = this.schedules.current().byEvent().get(name);
		EventHistory history = this.history.event(name);
		if (schedule == null && history.isEmpty()) {
			return null;
		}
		Instant now = this.clock.instant();
		Item item = (schedule != null)
				? item(Row.of(schedule, now).on(this.holds.get().of(name)), history, now, this.discovery.get()) : null;
		return new EventReport(name, item, (schedule != null) ? NextSlots.after(now, schedule) : List.of(),
				history.ticks(), history.skips(), history.misses(), history.outcomes());
	}

	/**
	 * The answer about a line that is no schedule yet. Fields that are {@code null} are
	 * left out: either the slots, or the refusal.
	 *
	 * @param definition the line as it is understood
	 * @param next the next slots, in the schedule's time zone
	 * @param reason why it is refused
	 * @param remedy what to write instead, as a sentence
	 */
	record Preview(@Nullable String definition, @Nullable List<OffsetDateTime> next, @Nullable String reason,
			@Nullable String remedy) implements OperationResponseBody {

	}

	/**
	 * The answer about one event, the newest first. Fields that are {@code null} are left
	 * out: there is no schedule if only the history knows the event.
	 *
	 * @param next the next slots, in the schedule's time zone, so that changes of the
	 * clocks show
	 */
	record EventReport(String event, @Nullable Item schedule, List<OffsetDateTime> next, List<Tick> ticks,
			List<Skip> skipped, List<Miss> missed, List<Outcome> outcomes) implements OperationResponseBody {

	}

}
