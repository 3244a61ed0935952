package dev.ticktock.schedule;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Returns the ticks that are due between two instants, each slot once, in the order of
 * slot and event. A heap of next slots: it costs nothing while nothing is due.
 *
 * <p>
 * The only state is where every schedule stands. Not safe for use by several threads.
 */
public final class Timetable {

	/**
	 * How many skipped slots are counted one by one after an outage, which takes 0.1 s.
	 * Beyond, counting would hold up the ticks that are waiting, so what is reported is
	 * "at least".
	 */
	static final int COUNTED_AT_MOST = 50_000;

	/**
	 * How many ticks are due at once. The first of a full slot are on their way while the
	 * others are computed.
	 */
	static final int AT_ONCE = 500;

	private final PriorityQueue<Row> rows = new PriorityQueue<>();

	/** Those that failed, which stay off until they change. */
	private final Map<String, Schedule> off = new HashMap<>();

	private final Map<String, RuntimeException> failed = new TreeMap<>();

	/**
	 * Takes these schedules in the place of those before. Each starts at its first slot
	 * after the instant that is given for it, wherever it stood. Costs little for one
	 * that stands there.
	 */
	public void start(Schedules schedules, Function<Schedule, Instant> starts) {
		this.off.clear();
		Map<String, Row> known = takeRows();
		int place = 0;
		for (Schedule schedule : schedules.all()) {
			Instant start = starts.apply(schedule);
			Row row = known.get(schedule.event());
			if (row == null || !row.isFirstAfter(start) || !keep(row, schedule, place)) {
				add(schedule, place, start);
			}
			place++;
		}
	}

	/**
	 * Takes these schedules in the place of those before. One that is new or has changed
	 * starts at its first slot after the instant that is given for it; the others stay
	 * where they are.
	 */
	public void replace(Schedules schedules, Function<Schedule, Instant> starts) {
		Map<String, Row> known = takeRows();
		int place = 0;
		for (Schedule schedule : schedules.all()) {
			if (!keep(known.get(schedule.event()), schedule, place)) {
				add(schedule, place, starts.apply(schedule));
			}
			place++;
		}
	}

	private Map<String, Row> takeRows() {
		Map<String, Row> taken = new HashMap<>(2 * this.rows.size());
		this.rows.forEach((row) -> taken.put(row.schedule.event(), row));
		this.rows.clear();
		return taken;
	}

	private boolean keep(@Nullable Row row, Schedule schedule, int place) {
		if (row == null || !row.schedule.timing().equals(schedule.timing())) {
			return false;
		}
		row.schedule = schedule;
		row.place = place;
		return this.rows.add(row);
	}

	/** Moves those on that stand before the instant until which they are done. */
	public void moveOn(Function<Schedule, Instant> done) {
		List<Row> behind = this.rows.stream().filter((row) -> !row.slot.isAfter(done.apply(row.schedule))).toList();
		this.rows.removeAll(Set.copyOf(behind));
		behind.forEach((row) -> add(row.schedule, row.place, done.apply(row.schedule)));
	}

	private void add(Schedule schedule, int place, Instant start) {
		Schedule failing = this.off.get(schedule.event());
		if (failing != null && failing.timing().equals(schedule.timing())) {
			return;
		}
		try {
			Instant slot = schedule.timing().next(start);
			if (slot != null) {
				this.rows.add(new Row(schedule, place, start, slot));
			}
		}
		catch (RuntimeException ex) {
			fail(schedule, ex);
		}
	}

	/** One schedule that fails must not take the others with it. */
	private void fail(Schedule schedule, RuntimeException failure) {
		this.off.put(schedule.event(), schedule);
		this.failed.put(schedule.event(), failure);
	}

	/**
	 * Returns what is due up to and including an instant, and takes it off the timetable.
	 * An instant before one that was asked for earlier finds nothing due. If there is
	 * more than can be published at once, the rest is due at the next call.
	 */
	public Due due(Instant now) {
		List<Tick> ticks = new ArrayList<>();
		Map<String, SkippedSlots> skipped = new LinkedHashMap<>();
		long counted = 0;
		Row row = this.rows.peek();
		for (; row != null && !row.slot.isAfter(now) && ticks.size() < AT_ONCE; row = this.rows.peek()) {
			this.rows.poll();
			try {
				Tick tick = row.tick();
				if (tick.validUntil().isAfter(now)) {
					ticks.add(tick);
					row.take(tick);
				}
				else {
					SkippedSlots slots = row.skip(tick, now, Math.max(0, COUNTED_AT_MOST - counted));
					counted += row.schedule.timing().isCountedOneByOne() ? slots.count() : 0;
					skipped.merge(slots.event(), slots, SkippedSlots::and);
				}
			}
			catch (RuntimeException ex) {
				fail(row.schedule, ex);
				row.ended = true;
			}
			if (!row.ended) {
				this.rows.add(row);
			}
		}
		Map<String, RuntimeException> failures = Map.copyOf(this.failed);
		this.failed.clear();
		return new Due(List.copyOf(ticks), List.copyOf(skipped.values()), row != null && !row.slot.isAfter(now),
				failures);
	}

	/**
	 * The ticks and skipped slots that are due.
	 *
	 * @param ticks the ticks that are still valid, in the order of slot and event
	 * @param skipped the slots that were no longer worth running, of each event, in the
	 * order of the first slot and the event
	 * @param more whether more is due
	 * @param failed by event, the schedules whose slots could not be computed: a fault,
	 * and they are off until they change
	 */
	public record Due(List<Tick> ticks, List<SkippedSlots> skipped, boolean more,
			Map<String, RuntimeException> failed) {

	}

	private static final class Row implements Comparable<Row> {

		private final Instant start;

		private Schedule schedule;

		/** The place of its event among all: quicker to compare than the event. */
		private int place;

		private Instant slot;

		private @Nullable Instant previous;

		private boolean ended;

		Row(Schedule schedule, int place, Instant start, Instant slot) {
			this.schedule = schedule;
			this.place = place;
			this.start = start;
			this.slot = slot;
		}

		/** Whether the slot is known to be the first after an instant. */
		boolean isFirstAfter(Instant instant) {
			Instant since = (this.previous != null) ? this.previous : this.start;
			return !instant.isBefore(since) && instant.isBefore(this.slot);
		}

		Tick tick() {
			Timing timing = this.schedule.timing();
			Instant before = (this.previous != null) ? this.previous : timing.previous(this.slot);
			return this.schedule.tick(this.slot, before, timing.next(this.slot));
		}

		void take(Tick tick) {
			this.previous = tick.slot();
			moveTo(tick.next());
		}

		/**
		 * Moves on to the first slot that may be worth running or is still to come.
		 * @param expired the tick of the current slot
		 * @param limit how many slots are counted after it
		 * @return the slots that were passed
		 */
		SkippedSlots skip(Tick expired, Instant now, long limit) {
			Timing timing = this.schedule.timing();
			Instant first = this.slot;
			Instant resumed = firstWorthRunning(expired.next(), now);
			long more = timing.count(first, (resumed != null) ? resumed : Instant.MAX, limit);
			Instant last = Objects.equals(expired.next(), resumed) ? first : lastBefore(resumed, now);
			this.previous = last;
			moveTo(resumed);
			return new SkippedSlots(this.schedule.event(), first, last, 1 + more,
					timing.isCountedOneByOne() && more == limit && last.isAfter(first));
		}

		private Instant lastBefore(@Nullable Instant resumed, Instant now) {
			Instant end = (resumed != null) ? resumed : now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
			return Objects.requireNonNullElse(this.schedule.timing().previous(end), this.slot);
		}

		private @Nullable Instant firstWorthRunning(@Nullable Instant next, Instant now) {
			if (next == null || next.isAfter(now)) {
				return next;
			}
			Timing timing = this.schedule.timing();
			Validity validity = this.schedule.validity();
			if (!validity.halfTheGap()) {
				return timing.next(now.minus(validity.atMost()));
			}
			// Only the last slot can be within half the gap to the one after it.
			Instant toCome = timing.next(now);
			return timing.previous((toCome != null) ? toCome : now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
		}

		private void moveTo(@Nullable Instant slot) {
			if (slot != null) {
				this.slot = slot;
			}
			else {
				this.ended = true;
			}
		}

		@Override
		public int compareTo(Row other) {
			int order = this.slot.compareTo(other.slot);
			return (order != 0) ? order : Integer.compare(this.place, other.place);
		}

	}

}
