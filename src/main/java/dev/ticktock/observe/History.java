package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.ticktock.journal.JournalRecords;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;

/**
 * The last ticks, skipped slots and missed ticks of each event: a fold of the journal,
 * and so the same on every replica. Bounded in the number of events and in what is kept
 * of each. Messages by hand can have any key, so they count only for events that are
 * known, and displace no ticks. Safe for use by several threads.
 */
final class History implements JournalRecords {

	static final int TICKS = 100;

	static final int BY_HAND = 10;

	static final int SKIPS = 10;

	static final int MISSES = 20;

	/** How many ticks that are not known missed ones wait for. */
	private static final int MOST_EARLY = 10_000;

	private static final int MOST_QUEUES = 100;

	private static final int UNKNOWN = -1;

	private static final List<MissedReason> REASONS = List.of(MissedReason.values());

	private final ScheduleSource schedules;

	private final int mostEvents;

	private final Map<String, OfEvent> byEvent = new HashMap<>();

	private final Names names;

	private final Consumer<JournalRecord.Missed> counted;

	/**
	 * Missed ticks whose tick is not known, by its id: a queue can dead-letter a tick
	 * before the broker has written it to the journal, and the past may have it.
	 */
	private final Map<String, List<Early>> early = new LinkedHashMap<>();

	/** The schedules for which others have made room. */
	private @Nullable Schedules kept;

	private @Nullable Instant completeSince;

	private long revision;

	/** Creates a history that calls a consumer for each missed tick that counts. */
	History(ScheduleSource schedules, int mostEvents, Consumer<JournalRecord.Missed> counted) {
		this(schedules, mostEvents, new Names(), counted);
	}

	private History(ScheduleSource schedules, int mostEvents, Names names, Consumer<JournalRecord.Missed> counted) {
		this.schedules = schedules;
		this.mostEvents = mostEvents;
		this.names = names;
		this.counted = counted;
	}

	@Override
	public synchronized void tick(JournalRecord.Tick tick) {
		tick(tick.event(), tick.slot(), tick.published(), tick.leader(), tick.correlationId());
		List<Early> waiting = this.early.remove(tick.messageId());
		if (waiting != null) {
			waiting.forEach((each) -> missed(each.missed(), each.at()));
		}
	}

	/** Of the correlation id, a hash is kept. */
	synchronized void tick(String event, Instant slot, @Nullable Instant published, String leader,
			@Nullable String correlationId) {
		OfEvent history = of(event);
		if (history != null && history.ticks.at(seconds(slot)) == null) {
			int lag = (published != null)
					? (int) Math.max(0, Math.min(Integer.MAX_VALUE, Duration.between(slot, published).toMillis()))
					: UNKNOWN;
			history.ticks.add(seconds(slot), lag, this.names.numberOf(leader), Objects.hashCode(correlationId));
			history.first = (history.first == null || slot.isBefore(history.first)) ? slot : history.first;
			this.revision++;
		}
	}

	@Override
	public synchronized void byHand(String event, Instant at) {
		boolean known = this.byEvent.containsKey(event) || this.schedules.current().byEvent().containsKey(event);
		OfEvent history = known ? of(event) : null;
		if (history != null && history.byHand.at(seconds(at)) == null) {
			history.byHand.add(seconds(at), 0, 0, 0);
			this.revision++;
		}
	}

	@Override
	public synchronized void skipped(Skipping skipping) {
		for (SkippedSlots slots : skipping.slots()) {
			OfEvent history = of(slots.event());
			if (history != null) {
				history.add(new Skip(slots, skipping.reason(), skipping.since(), skipping.noticed()));
			}
		}
		this.revision++;
	}

	/**
	 * It counts once for each queue, if or as soon as the tick is known that was
	 * published with this correlation id.
	 */
	@Override
	public synchronized void missed(JournalRecord.Missed missed, Instant at) {
		OfEvent history = this.byEvent.get(missed.event());
		int slot = seconds(missed.slot());
		int[] tick = (history != null) ? history.ticks.at(slot) : null;
		if (history == null || tick == null) {
			List<Early> waiting = this.early.computeIfAbsent(missed.id(), (id) -> new ArrayList<>());
			if (waiting.size() < MOST_QUEUES) {
				waiting.add(new Early(missed, at));
			}
			if (this.early.size() > MOST_EARLY) {
				this.early.remove(this.early.keySet().iterator().next());
			}
			return;
		}
		if (tick[3] != Objects.hashCode(missed.correlationId())) {
			return;
		}
		int queue = this.names.numberOf(missed.queue());
		if (history.misses.newestFirst().noneMatch((row) -> row[1] == slot && row[2] == queue)) {
			history.misses.add(seconds(at), slot, queue, REASONS.indexOf(missed.reason()));
			this.counted.accept(missed);
			this.revision++;
		}
	}

	@Override
	public History past() {
		return new History(this.schedules, this.mostEvents, this.names, (missed) -> {
		});
	}

	@Override
	public synchronized void complete(JournalRecords past, Instant since) {
		if (past instanceof History older) {
			older.byEvent.forEach((event, history) -> {
				OfEvent known = of(event);
				if (known != null) {
					known.addOlder(history);
				}
			});
		}
		this.completeSince = since;
		List<List<Early>> waiting = List.copyOf(this.early.values());
		this.early.clear();
		waiting.forEach((some) -> some.forEach((each) -> missed(each.missed(), each.at())));
		this.revision++;
	}

	private static int seconds(Instant instant) {
		return (int) instant.getEpochSecond();
	}

	private static Instant instant(int seconds) {
		return Instant.ofEpochSecond(Integer.toUnsignedLong(seconds));
	}

	/**
	 * Returns the history of an event; {@code null} if there are too many. Then those
	 * without a schedule make room, once for each change of the schedules.
	 */
	private @Nullable OfEvent of(String event) {
		OfEvent known = this.byEvent.get(event);
		if (known != null) {
			return known;
		}
		Schedules current = this.schedules.current();
		if (this.byEvent.size() >= this.mostEvents && !current.equals(this.kept)) {
			this.kept = current;
			this.byEvent.keySet().retainAll(current.byEvent().keySet());
		}
		if (this.byEvent.size() >= this.mostEvents) {
			return null;
		}
		OfEvent created = new OfEvent();
		Schedule schedule = current.byEvent().get(event);
		// The same text is not kept twice.
		this.byEvent.put((schedule != null) ? schedule.event() : event, created);
		return created;
	}

	synchronized long revision() {
		return this.revision;
	}

	/**
	 * Returns since when it is complete; {@code null} if only what was published since
	 * this replica started is known for certain, and five minutes before.
	 */
	synchronized @Nullable Instant completeSince() {
		return this.completeSince;
	}

	synchronized EventHistory event(String event) {
		OfEvent history = this.byEvent.get(event);
		if (history == null) {
			return EventHistory.NONE;
		}
		List<Tick> ticks = Stream
			.concat(history.ticks.newestFirst().map(this::tick),
					history.byHand.newestFirst().map((row) -> new Tick(instant(row[0]), null, null, true)))
			.sorted(Comparator.comparing(Tick::slot).reversed())
			.toList();
		return new EventHistory(ticks, List.copyOf(history.skips.values()),
				history.misses.newestFirst().map(this::miss).toList(), history.first);
	}

	/** Returns the last tick of a slot of an event; {@code null} if none is known. */
	synchronized @Nullable Tick last(String event) {
		OfEvent history = this.byEvent.get(event);
		return (history != null) ? history.ticks.newestFirst().findFirst().map(this::tick).orElse(null) : null;
	}

	private Tick tick(int[] row) {
		return new Tick(instant(row[0]), (row[1] != UNKNOWN) ? (long) row[1] : null, this.names.nameOf(row[2]), false);
	}

	private Miss miss(int[] row) {
		return new Miss(instant(row[1]), this.names.nameOf(row[2]), REASONS.get(row[3]), instant(row[0]));
	}

	/** Returns the last that was skipped of each event, the newest first. */
	synchronized List<Skip> skippedSince(Instant instant) {
		return this.byEvent.values()
			.stream()
			.flatMap((history) -> history.skips.values().stream().limit(1))
			.filter((skip) -> !skip.noticed().isBefore(instant))
			.sorted(Comparator.comparing(Skip::noticed).reversed().thenComparing((skip) -> skip.slots().event()))
			.toList();
	}

	/** Returns the ticks that queues have dead-lettered since an instant, by event. */
	synchronized Map<String, List<Miss>> missedSince(Instant instant) {
		Map<String, List<Miss>> missed = new HashMap<>();
		this.byEvent.forEach((event, history) -> {
			List<Miss> recent = history.misses.newestFirst()
				.map(this::miss)
				.takeWhile((miss) -> !miss.at().isBefore(instant))
				.toList();
			if (!recent.isEmpty()) {
				missed.put(event, recent);
			}
		});
		return missed;
	}

	private static final class OfEvent {

		/** Slot, lag in milliseconds, leader, correlation id. */
		private final Rows ticks = new Rows(TICKS);

		private final Rows byHand = new Rows(BY_HAND);

		/** When it was dead-lettered, slot, queue, reason. */
		private final Rows misses = new Rows(MISSES);

		/** By the first slot, the newest first. */
		private final NavigableMap<Instant, Skip> skips = new TreeMap<>(Comparator.reverseOrder());

		private @Nullable Instant first;

		/** An earlier leader can have recorded the same slots, and not acted upon it. */
		void add(Skip skip) {
			this.skips.put(skip.slots().first(), skip);
			if (this.skips.size() > SKIPS) {
				this.skips.pollLastEntry();
			}
		}

		void addOlder(OfEvent older) {
			older.ticks.newestFirst().filter((row) -> this.ticks.at(row[0]) == null).forEach(this.ticks::add);
			older.byHand.newestFirst().filter((row) -> this.byHand.at(row[0]) == null).forEach(this.byHand::add);
			older.misses.newestFirst().forEach(this.misses::add);
			older.skips.forEach((slot, skip) -> add(this.skips.getOrDefault(slot, skip)));
			this.first = (older.first != null) ? older.first : this.first;
		}

	}

	/**
	 * The last of some rows of four numbers, in the order of the first, which is a time
	 * in seconds. They share one array, because there can be a million. Not safe for use
	 * by several threads.
	 */
	private static final class Rows {

		private static final int WIDTH = 4;

		private static final int[] NONE = {};

		private final int most;

		private int[] cells = NONE;

		private int count;

		Rows(int most) {
			this.most = most;
		}

		/** Adds a row. If there are too many then, the oldest is dropped. */
		void add(int... row) {
			int place = placeAfter(row[0]);
			if (this.count == this.most) {
				if (place == 0) {
					return;
				}
				place--;
				System.arraycopy(this.cells, WIDTH, this.cells, 0, place * WIDTH);
			}
			else {
				if (this.count * WIDTH == this.cells.length) {
					this.cells = Arrays.copyOf(this.cells, Math.min(this.most, Math.max(4, this.count * 2)) * WIDTH);
				}
				System.arraycopy(this.cells, place * WIDTH, this.cells, (place + 1) * WIDTH,
						(this.count - place) * WIDTH);
				this.count++;
			}
			System.arraycopy(row, 0, this.cells, place * WIDTH, WIDTH);
		}

		private int placeAfter(int time) {
			int place = this.count;
			while (place > 0 && Integer.compareUnsigned(this.cells[(place - 1) * WIDTH], time) > 0) {
				place--;
			}
			return place;
		}

		/** Returns the last row of a time; {@code null} if there is none. */
		int @Nullable [] at(int time) {
			int place = placeAfter(time) - 1;
			return (place >= 0 && this.cells[place * WIDTH] == time) ? row(place) : null;
		}

		private int[] row(int place) {
			return Arrays.copyOfRange(this.cells, place * WIDTH, (place + 1) * WIDTH);
		}

		Stream<int[]> newestFirst() {
			return IntStream.iterate(this.count - 1, (place) -> place >= 0, (place) -> place - 1).mapToObj(this::row);
		}

	}

	private record Early(JournalRecord.Missed missed, Instant at) {

	}

	/** Numbers for the names of replicas and queues, so that a row has numbers only. */
	private static final class Names {

		private static final int MOST = 1000;

		private static final String OTHER = "other";

		private final List<String> names = new ArrayList<>(List.of(OTHER));

		synchronized int numberOf(String name) {
			int known = this.names.indexOf(name);
			if (known >= 0 || this.names.size() > MOST) {
				return Math.max(known, 0);
			}
			this.names.add(name);
			return this.names.size() - 1;
		}

		synchronized String nameOf(int number) {
			return this.names.get(number);
		}

	}

}
