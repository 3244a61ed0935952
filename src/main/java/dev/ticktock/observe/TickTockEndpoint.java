package dev.ticktock.observe;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Outcome;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Overview.Item;
import dev.ticktock.observe.Overview.Page;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
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
public record TickTockEndpoint(Supplier<Situation> situation, Problems problems, History history, Topology topology,
		BrokerConnector connector, SchedulerProperties properties, Clock clock) {

	/** A line is previewed for it if no event is given. */
	private static final String AN_EVENT = "report.nightly";

	private static final int RECENT_MARKS = 20;

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
		Situation situation = this.situation.get();
		LeadershipStatus status = situation.status();
		DiscoveryStatus workers = situation.workers();
		List<Problem> problems = this.problems.find(situation);
		List<Problem> serious = problems.stream().filter((problem) -> !problem.isNote()).toList();
		List<Row> matching = situation.rows()
			.stream()
			.filter((row) -> query.search().isEmpty() || matches(row.schedule(), query.search()))
			.toList();
		return new Overview(summary(situation, serious), situation.now(),
				new Overview.Replica(status.replica(), status.role(), status.since(),
						(status.cursor() != null) ? status.cursor().toString() : null),
				situation.replicas(), Listed.leader(situation.replicas()),
				new Overview.Broker(status.broker(), this.connector.virtualHost(), this.topology.exchange(),
						status.accepting(), (workers != null) ? workers.clockOffset() : null),
				new Overview.Journal(status.journal(), this.topology.journal(), this.history.completeSince()),
				discovery(workers), problems, page(query, matching, situation), (query.timeline() > 0)
						? Timeline.of(matching, serious, query.timeline(), this.history, situation.now()) : null);
	}

	private static Overview.@Nullable Discovery discovery(@Nullable DiscoveryStatus workers) {
		if (workers == null) {
			return null;
		}
		return (workers.read() == null) ? new Overview.Discovery(null, workers.whole(), null, null)
				: new Overview.Discovery(workers.read(), workers.whole(), workers.schedules(),
						workers.audience().unheardCount());
	}

	private static String summary(Situation situation, List<Problem> problems) {
		if (!problems.isEmpty()) {
			String what = StringUtils.trimTrailingCharacter(problems.get(0).what(), '.');
			return (problems.size() == 1) ? what + "."
					: "%s; and %s.".formatted(what, counted(problems.size() - 1, "more problem"));
		}
		List<Row> rows = situation.rows();
		List<Listed> replicas = situation.replicas();
		Row first = Row.first(rows.stream());
		long held = rows.stream().filter((row) -> row.hold() != null).count();
		String next = (first != null) ? "next tick %s at %s".formatted(first.schedule().event(), first.next())
				: (held > 0) ? "no tick is to come" : "no schedule has a slot to come";
		long away = replicas.stream().filter(Listed::isAway).count();
		return "All well: %s%s, %s%s, %s; %s.".formatted(counted(rows.size(), "schedule"),
				(held > 0) ? " (%d on hold)".formatted(held) : "", counted(replicas.size() - away, "replica"),
				(away > 0) ? " and %d away".formatted(away) : "", situation.status().broker(), next);
	}

	private static String counted(long count, String noun) {
		return "%d %s%s".formatted(count, noun, (count == 1) ? "" : "s");
	}

	private Page page(Query query, List<Row> matching, Situation situation) {
		List<Row> sorted = sorted(matching, query, situation);
		long from = Math.min(sorted.size(), (query.page() - 1L) * query.size());
		List<Item> items = sorted.subList((int) from, (int) Math.min(sorted.size(), from + query.size()))
			.stream()
			.map((row) -> item(row, this.history.event(row.schedule().event()), situation))
			.toList();
		return new Page(situation.rows().size(), matching.size(), query.page(), query.size(), items);
	}

	private static boolean matches(Schedule schedule, String search) {
		return schedule.event().toLowerCase(Locale.ROOT).contains(search)
				|| schedule.line().toLowerCase(Locale.ROOT).contains(search);
	}

	private List<Row> sorted(List<Row> rows, Query query, Situation situation) {
		return switch (query.order()) {
			case EVENT -> sorted(rows, query, (row) -> row.schedule().event());
			case NEXT -> sorted(rows, query, (row) -> (row.next() != null) ? row.next() : Instant.MAX);
			case ORIGIN -> sorted(rows, query, (row) -> row.schedule().origin());
			case LAST -> sorted(rows, query, (row) -> last(row, Tick::slot, Instant.MIN));
			case LAG -> sorted(rows, query, (row) -> last(row, Tick::lagMillis, -1L));
			case LINE -> sorted(rows, query, (row) -> row.schedule().line());
			case QUEUES -> sorted(rows, query, (row) -> {
				List<String> queues = situation.queues(row.schedule().event());
				return (queues != null) ? queues.size() : -1;
			});
			case VALIDITY -> sorted(rows, query, (row) -> {
				Instant next = (row.gap() != null) ? Instant.EPOCH.plus(row.gap()) : null;
				return row.schedule().validity().until(Instant.EPOCH, next);
			});
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

	private Item item(Row row, EventHistory history, Situation situation) {
		Schedule schedule = row.schedule();
		Tick last = history.last();
		ZoneId zone = schedule.timing().zone();
		Instant next = row.next();
		int missed = history.missedSince(situation.now().minus(Problems.A_DAY));
		int unanswered = history.unanswered();
		return new Item(schedule.event(), schedule.line(), (zone != null) ? zone.getId() : null,
				schedule.origin().name().toLowerCase(Locale.ROOT), validity(schedule.validity()), next,
				(next != null && zone != null) ? next.atZone(zone).toOffsetDateTime() : null,
				(last != null) ? last.slot() : null, (last != null) ? last.lagMillis() : null,
				history.marks().limit(RECENT_MARKS).toList(), situation.queues(schedule.event()), row.hold(),
				(missed > 0) ? missed : null, history.lastSuccess(), history.lastFailure(),
				(unanswered > 0) ? unanswered : null);
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
		EventHistory history = this.history.event(name);
		Situation situation = this.situation.get();
		Row row = situation.rows()
			.stream()
			.filter((each) -> each.schedule().event().equals(name))
			.findFirst()
			.orElse(null);
		if (row == null && history.isEmpty()) {
			return null;
		}
		return new EventReport(name, (row != null) ? item(row, history, situation) : null,
				(row != null) ? NextSlots.after(situation.now(), row.schedule()) : List.of(), history.ticks(),
				history.skips(), history.misses(), history.outcomes());
	}

	/**
	 * The answer about a line that is no schedule yet: either the line as it is
	 * understood, with its next slots, or the refusal.
	 */
	record Preview(@Nullable String definition, @Nullable List<OffsetDateTime> next, @Nullable String reason,
			@Nullable String remedy) implements OperationResponseBody {

	}

	/** The answer about one event; without a schedule if only the history knows it. */
	record EventReport(String event, @Nullable Item schedule, List<OffsetDateTime> next, List<Tick> ticks,
			List<Skip> skipped, List<Miss> missed, List<Outcome> outcomes) implements OperationResponseBody {

	}

}
