package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.schedule.Timing;
import org.jspecify.annotations.Nullable;

/**
 * The last hour and the next one of some of the schedules that match a search: those with
 * problems first, then those that are due most often.
 */
record Timeline(Instant from, Instant to, int matching, List<Row> rows) {

	private static final Duration SPAN = Duration.ofHours(1);

	/** The longest pause within a run. */
	private static final Duration DENSE = Duration.ofMinutes(1);

	/** With more slots than this in two hours, those that went well have no marks. */
	private static final int MOST_MARKS = 120;

	static Timeline of(List<NextSlots.Row> schedules, List<Problem> problems, int atMost, History history,
			Instant now) {
		Set<@Nullable String> first = problems.stream().map(Problem::event).collect(Collectors.toSet());
		Comparator<NextSlots.Row> order = Comparator
			.comparing((NextSlots.Row row) -> !first.contains(row.schedule().event()))
			.thenComparing((row) -> Objects.requireNonNullElse(row.gap(), Duration.ofSeconds(Long.MAX_VALUE)))
			.thenComparing((row) -> row.schedule().event());
		// Of many schedules only a few are kept, so that not all have to be sorted.
		PriorityQueue<NextSlots.Row> shown = new PriorityQueue<>(atMost + 1, order.reversed());
		for (NextSlots.Row row : schedules) {
			shown.add(row);
			if (shown.size() > atMost) {
				shown.remove();
			}
		}
		return new Timeline(now.minus(SPAN), now.plus(SPAN), schedules.size(),
				shown.stream()
					.sorted(order)
					.map((row) -> row(row, history.event(row.schedule().event()), now))
					.toList());
	}

	private static Row row(NextSlots.Row row, EventHistory history, Instant now) {
		String event = row.schedule().event();
		Timing timing = row.schedule().timing();
		Instant from = now.minus(SPAN);
		Instant to = now.plus(SPAN);
		List<Mark> marks = history.marks()
			.filter((mark) -> Objects.requireNonNullElse(mark.until(), mark.slot()).isAfter(from))
			.toList();
		boolean few = row.gap() == null || (timing.count(from, to, MOST_MARKS + 1) <= MOST_MARKS
				&& timing.count(from, now, History.TICKS + 1) <= History.TICKS);
		if (few) {
			List<Instant> upcoming = new ArrayList<>();
			for (Instant slot = row.next(); slot != null && !slot.isAfter(to); slot = row.at(slot).next()) {
				upcoming.add(slot);
			}
			return new Row(event, null, marks, List.of(), upcoming, List.of());
		}
		// Between the first tick and the last, what was due was published or skipped.
		Instant first = history.first();
		Tick last = history.last();
		List<Run> published = (first == null || last == null) ? List.of()
				: due(timing, first.isAfter(from) ? first.minusNanos(1) : from, last.slot());
		return new Row(event, every(timing, from),
				marks.stream().filter((mark) -> mark.state() != Mark.State.PUBLISHED).toList(), published, List.of(),
				due(timing, now, to));
	}

	/** The slots of a schedule need not be evenly spaced: those that come first count. */
	private static Duration every(Timing timing, Instant from) {
		Instant first = Objects.requireNonNull(timing.next(from), "it has many");
		return Duration.between(first, Objects.requireNonNull(timing.next(first), "it has many"));
	}

	/** Returns when a schedule is due without a pause of more than a minute. */
	private static List<Run> due(Timing timing, Instant after, Instant end) {
		List<Run> runs = new ArrayList<>();
		for (Instant slot = timing.next(after); slot != null
				&& !slot.isAfter(end); slot = timing.next(slot.plus(DENSE))) {
			Instant last = Objects.requireNonNullElse(timing.previous(slot.plus(DENSE).plusSeconds(1)), slot);
			Run run = runs.isEmpty() ? null : runs.get(runs.size() - 1);
			boolean goesOn = run != null && !slot.isAfter(run.to().plus(DENSE));
			Instant begin = (run != null && goesOn) ? runs.remove(runs.size() - 1).from() : slot;
			runs.add(new Run(begin, last.isBefore(end) ? last : end));
		}
		return runs;
	}

	/**
	 * One schedule, described in {@code docs/endpoint.md}. One that is due too often for
	 * single marks has runs in place of the marks of published slots and of the upcoming
	 * slots.
	 */
	record Row(String event, @Nullable Duration every, List<Mark> marks, List<Run> runs, List<Instant> upcoming,
			List<Run> coming) {

	}

	record Run(Instant from, Instant to) {

	}

}
