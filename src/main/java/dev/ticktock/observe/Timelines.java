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
import java.util.stream.Stream;

import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.observe.Timeline.Run;
import dev.ticktock.schedule.Timing;

/**
 * Draws from the history what became of slots, in so few marks that a page can show them.
 */
final class Timelines {

	/** How much of the past, and of the time to come, is shown. */
	static final Duration SPAN = Duration.ofHours(1);

	/** How many of a schedule's last slots are shown in the table. */
	static final int RECENT = 20;

	/** A schedule that is due more often has no marks of its own for what went well. */
	private static final Duration DENSE = Duration.ofMinutes(1);

	/** With fewer slots than this in two hours, each has a mark even then. */
	private static final int MOST_MARKS = 100;

	private final History history;

	Timelines(History history) {
		this.history = history;
	}

	/** Returns what became of the last slots of an event, the newest first. */
	List<Mark> recent(String event) {
		return marks(event).limit(RECENT).toList();
	}

	/** A missed tick has a mark even if its slot is not among the last that are known. */
	private Stream<Mark> marks(String event) {
		Set<Instant> missed = this.history.misses(event).stream().map(PastMiss::slot).collect(Collectors.toSet());
		List<Mark> published = new ArrayList<>();
		for (PastTick tick : this.history.ticks(event)) {
			Mark mark = Mark.of(tick);
			boolean nobodyTook = !tick.byHand() && missed.remove(tick.slot());
			published.add(nobodyTook ? mark.missed() : mark);
		}
		Stream<Mark> older = missed.stream().map((slot) -> new Mark(slot, Mark.State.MISSED, null, null, null));
		return Stream.concat(Stream.concat(published.stream(), older), this.history.skips(event).stream().map(Mark::of))
			.sorted(Comparator.comparing(Mark::slot).reversed());
	}

	/**
	 * Returns the timeline.
	 * @param troubled the events that come first
	 * @param atMost how many rows it has
	 */
	Timeline of(List<Row> schedules, Set<String> troubled, int atMost, Instant now) {
		Comparator<Row> order = Comparator.comparing((Row row) -> !troubled.contains(row.schedule().event()))
			.thenComparing((row) -> Objects.requireNonNullElse(row.gap(), Duration.ofSeconds(Long.MAX_VALUE)))
			.thenComparing((row) -> row.schedule().event());
		// Of many schedules only a few are kept, so that none has to be sorted.
		PriorityQueue<Row> first = new PriorityQueue<>(atMost + 1, order.reversed());
		for (Row row : schedules) {
			first.add(row);
			if (first.size() > atMost) {
				first.remove();
			}
		}
		return new Timeline(now.minus(SPAN), now.plus(SPAN), schedules.size(),
				first.stream().sorted(order).map((row) -> row(row, now)).toList());
	}

	private Timeline.Row row(Row row, Instant now) {
		String event = row.schedule().event();
		Duration gap = row.gap();
		Instant from = now.minus(SPAN);
		Stream<Mark> marks = marks(event).filter((mark) -> mark.end().isAfter(from));
		Instant end = now.plus(SPAN);
		if (gap == null || gap.compareTo(DENSE) >= 0
				|| row.schedule().timing().count(from, end, MOST_MARKS) < MOST_MARKS) {
			return new Timeline.Row(event, null, marks.toList(), List.of(), upcoming(row, end), List.of());
		}
		return new Timeline.Row(event, gap, marks.filter((mark) -> mark.state() != Mark.State.PUBLISHED).toList(),
				runs(event, gap, from, now), List.of(), coming(row, end));
	}

	/** Returns when a schedule is due without a pause of more than a minute. */
	private static List<Run> coming(Row row, Instant end) {
		Timing timing = row.schedule().timing();
		List<Run> runs = new ArrayList<>();
		for (Instant slot = row.next(); slot != null && slot.isBefore(end); slot = timing.next(slot.plus(DENSE))) {
			Instant last = Objects.requireNonNullElse(timing.previous(slot.plus(DENSE).plusSeconds(1)), slot);
			Run before = runs.isEmpty() ? null : runs.get(runs.size() - 1);
			boolean goesOn = before != null && !slot.isAfter(before.to().plus(DENSE));
			Instant begin = (before != null && goesOn) ? runs.remove(runs.size() - 1).from() : slot;
			runs.add(new Run(begin, earlier(last, end)));
		}
		return runs;
	}

	private static List<Instant> upcoming(Row row, Instant end) {
		List<Instant> slots = new ArrayList<>();
		Instant slot = row.next();
		while (slot != null && !slot.isAfter(end)) {
			slots.add(slot);
			slot = row.at(slot).next();
		}
		return slots;
	}

	/**
	 * Returns when an event was published without a pause, from the numbers of the hours:
	 * so many slots, back from the end of the hour or from now.
	 */
	private List<Run> runs(String event, Duration gap, Instant from, Instant now) {
		List<Run> runs = new ArrayList<>();
		for (PastHour hour : this.history.hours(event)) {
			Instant end = earlier(hour.hour().plusSeconds(Limits.HOUR), now);
			Instant begin = later(end.minus(gap.multipliedBy(hour.published() + hour.skipped())),
					later(hour.hour(), from));
			if (hour.published() > 0 && begin.isBefore(end)) {
				runs.add(new Run(begin, end));
			}
		}
		return runs;
	}

	private static Instant earlier(Instant one, Instant other) {
		return one.isBefore(other) ? one : other;
	}

	private static Instant later(Instant one, Instant other) {
		return one.isAfter(other) ? one : other;
	}

}
