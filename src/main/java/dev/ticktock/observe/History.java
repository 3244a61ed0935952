package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.ticktock.journal.JournalListener;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.message.TickMessage;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Outcome;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;

/**
 * The last ticks, outcomes, skipped slots and missed ticks of each event: a fold of the
 * journal, and so the same on every replica. Bounded in the number of events and in what
 * is kept of each. Messages by hand can have any key, so they count only for events that
 * are known, and displace no ticks. Safe for use by several threads.
 */
final class History implements JournalListener {

	static final int TICKS = 100;

	static final int BY_HAND = 10;

	static final int SKIPS = 10;

	static final int MISSES = 20;

	/** How many missed ticks and outcomes wait for a tick that is not known. */
	private static final int MOST_EARLY = 10_000;

	/** How long they wait once the history is complete. */
	private static final Duration EARLY = Duration.ofMinutes(1);

	private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

	private static final int UNKNOWN = Integer.MIN_VALUE;

	private static final List<MissedReason> REASONS = List.of(MissedReason.values());

	private static final int REJECTED = REASONS.indexOf(MissedReason.REJECTED);

	private static final List<OutcomeStatus> STATUSES = List.of(OutcomeStatus.values());

	private final ScheduleSource schedules;

	private final int mostEvents;

	private final Map<String, OfEvent> byEvent = new HashMap<>();

	private final Names names;

	private final Counts counts;

	/**
	 * Missed ticks and outcomes whose tick is not known, by its id: a queue can
	 * dead-letter a tick, and a worker answer, before the broker has written it to the
	 * journal, and the past may have it.
	 */
	private final Map<String, List<Early>> early = new LinkedHashMap<>();

	private int waiting;

	/** The schedules for which others have made room. */
	private @Nullable Schedules kept;

	private @Nullable Instant completeSince;

	History(ScheduleSource schedules, int mostEvents, Counts counts) {
		this(schedules, mostEvents, new Names(), counts);
	}

	private History(ScheduleSource schedules, int mostEvents, Names names, Counts counts) {
		this.schedules = schedules;
		this.mostEvents = mostEvents;
		this.names = names;
		this.counts = counts;
	}

	@Override
	public synchronized void take(JournalRecord record, Instant at) {
		if (record instanceof JournalRecord.Tick tick) {
			tick(tick);
		}
		else if (record instanceof JournalRecord.ByHand message) {
			byHand(message.event(), at);
		}
		else if (record instanceof JournalRecord.Skipped slots) {
			skipped(slots.skipping());
		}
		else if (record instanceof JournalRecord.Missed missed) {
			missed(missed, at);
		}
		else if (record instanceof JournalRecord.Outcome outcome) {
			outcome(outcome, at);
		}
		dropEarly(at);
	}

	synchronized void tick(JournalRecord.Tick tick) {
		tick(tick.event(), tick.slot(), tick.published(), tick.leader(), tick.correlationId());
		List<Early> waiting = this.early.remove(tick.messageId());
		if (waiting != null) {
			this.waiting -= waiting.size();
			waiting.forEach((each) -> take(each.record(), each.at()));
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
		}
	}

	synchronized void byHand(String event, Instant at) {
		boolean known = this.byEvent.containsKey(event) || this.schedules.current().byEvent().containsKey(event);
		OfEvent history = known ? of(event) : null;
		if (history != null && history.byHand.at(seconds(at)) == null) {
			history.byHand.add(seconds(at), 0, 0, 0);
		}
	}

	synchronized void skipped(Skipping skipping) {
		for (SkippedSlots slots : skipping.slots()) {
			OfEvent history = of(slots.event());
			if (history != null) {
				history.add(new Skip(slots, skipping.reason(), skipping.since(), skipping.noticed()));
			}
		}
	}

	/**
	 * It counts once for each queue, if or as soon as the tick is known that was
	 * published with this correlation id.
	 */
	synchronized void missed(JournalRecord.Missed missed, Instant at) {
		OfEvent history = this.byEvent.get(missed.event());
		int slot = seconds(missed.slot());
		int[] tick = (history != null) ? history.ticks.at(slot) : null;
		if (history == null || tick == null) {
			await(TickMessage.id(missed.event(), missed.slot()), new Early(missed, at));
			return;
		}
		if (tick[3] != Objects.hashCode(missed.correlationId())) {
			return;
		}
		int queue = this.names.numberOf(missed.queue());
		if (history.misses.newestFirst().noneMatch((row) -> row[1] == slot && row[2] == queue)) {
			if (missed.reason() == MissedReason.REJECTED && !history.isRejected(slot)
					&& history.answers.at(slot) == null) {
				this.counts.outcome(missed.event(), OutcomeStatus.FAILED, null);
			}
			history.misses.add(seconds(at), slot, queue, REASONS.indexOf(missed.reason()));
			this.counts.missed(missed);
		}
	}

	/**
	 * The first of a tick counts, if or as soon as the tick is known that was published
	 * with this correlation id.
	 */
	synchronized void outcome(JournalRecord.Outcome outcome, Instant at) {
		if (outcome.status() == OutcomeStatus.REJECTED) {
			this.counts.rejected(outcome);
			return;
		}
		OfEvent history = this.byEvent.get(outcome.event());
		Instant slot = outcome.slot();
		int[] tick = (history != null && slot != null) ? history.ticks.at(seconds(slot)) : null;
		if (slot != null && tick == null) {
			await(TickMessage.id(outcome.event(), slot), new Early(outcome, at));
		}
		else if (history == null || slot == null || tick == null
				|| tick[3] != Objects.hashCode(outcome.correlationId())) {
			this.counts.outcome(null, OutcomeStatus.UNKNOWN, null);
		}
		else if (history.answers.at(tick[0]) != null) {
			this.counts.outcome(outcome.event(), OutcomeStatus.DOUBLED, null);
		}
		else {
			outcome(outcome, history, slot);
		}
	}

	/** A failure counts once, by the word of the worker or by the rejection. */
	private void outcome(JournalRecord.Outcome outcome, OfEvent history, Instant slot) {
		if (history.answers.isEmpty()) {
			this.counts.answers(outcome.event(), () -> ticksSinceSuccess(outcome.event()));
		}
		if (outcome.status() == OutcomeStatus.DONE || !history.isRejected(seconds(slot))) {
			this.counts.outcome(outcome.event(), outcome.status(), outcome.took());
		}
		int[] row = { seconds(slot),
				millis((outcome.startedAt() != null) ? Duration.between(slot, outcome.startedAt()) : null),
				STATUSES.indexOf(outcome.status()), millis(outcome.took()) };
		history.answers.add(row);
		history.answered(outcome(row, outcome.message().isEmpty() ? null : outcome.message()));
	}

	private void await(String id, Early added) {
		this.early.computeIfAbsent(id, (each) -> new ArrayList<>()).add(added);
		this.waiting++;
		dropEarly(added.at());
	}

	/** Drops those that have waited too long, and the first of too many. */
	private void dropEarly(Instant now) {
		Instant over = (this.completeSince != null) ? now.minus(EARLY) : Instant.MIN;
		Iterator<List<Early>> oldest = this.early.values().iterator();
		while (oldest.hasNext()) {
			List<Early> first = oldest.next();
			if (this.waiting <= MOST_EARLY && !first.get(0).at().isBefore(over)) {
				return;
			}
			this.waiting -= first.size();
			first.stream()
				.filter((each) -> each.record() instanceof JournalRecord.Outcome)
				.forEach((each) -> this.counts.outcome(null, OutcomeStatus.UNKNOWN, null));
			oldest.remove();
		}
	}

	@Override
	public History past() {
		return new History(this.schedules, this.mostEvents, this.names, (missed) -> {
		});
	}

	@Override
	public synchronized void complete(JournalListener past, Instant since) {
		((History) past).byEvent.forEach((event, history) -> {
			OfEvent known = of(event);
			if (known != null) {
				known.addOlder(history);
				if (!known.answers.isEmpty()) {
					this.counts.answers(event, () -> ticksSinceSuccess(event));
				}
			}
		});
		this.completeSince = since;
		List<List<Early>> waiting = List.copyOf(this.early.values());
		this.early.clear();
		this.waiting = 0;
		waiting.forEach((some) -> some.forEach((each) -> take(each.record(), each.at())));
	}

	private static int seconds(Instant instant) {
		return (int) instant.getEpochSecond();
	}

	private static int millis(@Nullable Duration time) {
		return (time != null && time.abs().compareTo(LONGEST) < 0) ? (int) time.toMillis() : UNKNOWN;
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
				history.misses.newestFirst().map(this::miss).toList(),
				history.answers.newestFirst().map((row) -> outcome(row, null)).toList(), history.success,
				lastFailure(history), history.first);
	}

	/** A tick that was rejected counts, even if the worker says nothing. */
	private @Nullable Outcome lastFailure(OfEvent history) {
		Stream<Outcome> rejected = history.misses.newestFirst()
			.filter((row) -> row[3] == REJECTED)
			.map(this::miss)
			.map((miss) -> new Outcome(miss.slot(), OutcomeStatus.FAILED, null, null,
					"rejected in queue " + miss.queue()));
		return Stream.concat(Stream.ofNullable(history.failure), rejected)
			.reduce((last, each) -> isNewer(each, last) ? each : last)
			.orElse(null);
	}

	/**
	 * Returns how many ticks of an event that answers came after its last success; NaN if
	 * it no longer has a schedule.
	 */
	private synchronized double ticksSinceSuccess(String event) {
		OfEvent history = this.byEvent.get(event);
		Instant since = (history == null) ? null
				: (history.success != null) ? history.success.slot()
						: history.answers.newestFirst()
							.reduce((newer, older) -> older)
							.map((row) -> instant(row[0]))
							.orElse(null);
		if (history == null || since == null || !this.schedules.current().byEvent().containsKey(event)) {
			return Double.NaN;
		}
		return history.ticks.newestFirst().filter((row) -> instant(row[0]).isAfter(since)).count();
	}

	synchronized @Nullable Tick last(String event) {
		OfEvent history = this.byEvent.get(event);
		return (history != null) ? history.ticks.newestFirst().findFirst().map(this::tick).orElse(null) : null;
	}

	private Tick tick(int[] row) {
		return new Tick(instant(row[0]), (row[1] != UNKNOWN) ? (long) row[1] : null, this.names.nameOf(row[2]), false);
	}

	private static Outcome outcome(int[] row, @Nullable String message) {
		Instant slot = instant(row[0]);
		return new Outcome(slot, STATUSES.get(row[2]), (row[1] != UNKNOWN) ? slot.plusMillis(row[1]) : null,
				(row[3] != UNKNOWN) ? row[3] / 1000.0 : null, message);
	}

	private Miss miss(int[] row) {
		return new Miss(instant(row[1]), this.names.nameOf(row[2]), REASONS.get(row[3]), instant(row[0]));
	}

	/** Returns the last that was skipped of each event, the newest first. */
	synchronized List<Skip> skippedSince(Instant instant) {
		return this.byEvent.values()
			.stream()
			.flatMap((history) -> history.skips.values().stream().filter((skip) -> !skip.isHeld()).limit(1))
			.filter((skip) -> !skip.noticed().isBefore(instant))
			.sorted(Comparator.comparing(Skip::noticed).reversed().thenComparing((skip) -> skip.slots().event()))
			.toList();
	}

	/**
	 * Returns the last failure of each event that has had no success since, if its slot
	 * is not before an instant, the newest first. Ticks that were rejected are missed
	 * ones.
	 */
	synchronized List<Map.Entry<String, Outcome>> failingSince(Instant instant) {
		List<Map.Entry<String, Outcome>> failing = new ArrayList<>();
		this.byEvent.forEach((event, history) -> {
			Outcome last = history.failure;
			if (last != null && !isNewer(history.success, last) && !history.isRejected(seconds(last.slot()))
					&& !last.slot().isBefore(instant)) {
				failing.add(Map.entry(event, last));
			}
		});
		failing.sort(Comparator.comparing((Map.Entry<String, Outcome> each) -> each.getValue().slot())
			.reversed()
			.thenComparing(Map.Entry::getKey));
		return failing;
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

	private static boolean isNewer(@Nullable Outcome outcome, @Nullable Outcome than) {
		return outcome != null && (than == null || outcome.slot().isAfter(than.slot()));
	}

	private static final class OfEvent {

		/** Slot, lag in milliseconds, leader, correlation id. */
		private final Rows ticks = new Rows(TICKS);

		private final Rows byHand = new Rows(BY_HAND);

		/** Slot, milliseconds until the job began, status, milliseconds that it took. */
		private final Rows answers = new Rows(TICKS);

		private @Nullable Outcome success;

		private @Nullable Outcome failure;

		/** When it was dead-lettered, slot, queue, reason. */
		private final Rows misses = new Rows(MISSES);

		/** By the first slot, the newest first. */
		private final NavigableMap<Instant, Skip> skips = new TreeMap<>(Comparator.reverseOrder());

		private @Nullable Instant first;

		boolean isRejected(int slot) {
			return this.misses.newestFirst().anyMatch((row) -> row[1] == slot && row[3] == REJECTED);
		}

		void answered(@Nullable Outcome outcome) {
			boolean done = outcome != null && outcome.status() == OutcomeStatus.DONE;
			if (done && isNewer(outcome, this.success)) {
				this.success = outcome;
			}
			else if (!done && isNewer(outcome, this.failure)) {
				this.failure = outcome;
			}
		}

		/**
		 * An earlier leader can have recorded the same slots, and not acted upon it. What
		 * is on hold for long is one entry.
		 */
		void add(Skip skip) {
			Skip newest = this.skips.isEmpty() ? null : this.skips.firstEntry().getValue();
			if (newest == null || !newest.isHeld() || !skip.isHeld() || isTickBetween(newest.slots(), skip.slots())) {
				put(skip);
			}
			else if (skip.slots().first().isAfter(newest.slots().last())) {
				put(new Skip(newest.slots().and(skip.slots()), skip.why(), null, skip.noticed()));
			}
			else if (skip.slots().last().isAfter(newest.slots().last())) {
				put(skip);
			}
		}

		private boolean isTickBetween(SkippedSlots before, SkippedSlots after) {
			return this.ticks.newestFirst()
				.map((row) -> instant(row[0]))
				.anyMatch((slot) -> slot.isAfter(before.last()) && slot.isBefore(after.first()));
		}

		private void put(Skip skip) {
			this.skips.put(skip.slots().first(), skip);
			if (this.skips.size() > SKIPS) {
				this.skips.pollLastEntry();
			}
		}

		void addOlder(OfEvent older) {
			this.ticks.addMissing(older.ticks);
			this.byHand.addMissing(older.byHand);
			this.answers.addMissing(older.answers);
			answered(older.success);
			answered(older.failure);
			older.misses.newestFirst().forEach(this.misses::add);
			List<Skip> newer = new ArrayList<>(this.skips.descendingMap().values());
			this.skips.clear();
			this.skips.putAll(older.skips);
			// A hold may have gone on.
			newer.stream().limit(1).forEach(this::add);
			newer.stream().skip(1).forEach(this::put);
			this.first = (older.first != null) ? older.first : this.first;
		}

	}

	private record Early(JournalRecord record, Instant at) {

	}

	/**
	 * Counts missed ticks and outcomes. Those of the past are not counted again.
	 */
	interface Counts {

		void missed(JournalRecord.Missed missed);

		default void rejected(JournalRecord.Outcome outcome) {
		}

		/**
		 * The history has taken an outcome in, or has ignored it.
		 * @param event the event; {@code null} if it is not known to be one
		 */
		default void outcome(@Nullable String event, OutcomeStatus status, @Nullable Duration took) {
		}

		default void answers(String event, Supplier<Number> ticksSinceSuccess) {
		}

	}

	/** Numbers for the names of replicas and queues, so that a row has numbers only. */
	private static final class Names {

		private static final int MOST = 1000;

		private final List<String> names = new ArrayList<>(List.of("other"));

		synchronized int numberOf(String name) {
			if (this.names.size() <= MOST && !this.names.contains(name)) {
				this.names.add(name);
			}
			return Math.max(0, this.names.indexOf(name));
		}

		synchronized String nameOf(int number) {
			return this.names.get(number);
		}

	}

}
