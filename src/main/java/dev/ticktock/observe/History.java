package dev.ticktock.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.ticktock.journal.JournalRecords;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.missed.MissedListener;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;

/**
 * What has been published, skipped and missed in the last seven days, by event, the same
 * on every replica, because it comes from the journal. Bounded: {@link Limits} says how
 * much is kept of each event. Anybody may publish messages by hand with any key, so those
 * count only for events that are known. Safe for use by several threads.
 */
final class History implements JournalRecords, MissedListener {

	/** How many queues that gave ticks away are told apart. */
	private static final int MOST_QUEUES = 1000;

	private final ScheduleSource schedules;

	private final Clock clock;

	private final Map<String, EventHistory> byEvent = new HashMap<>();

	private final Names names = Names.ofReplicas();

	private final Names queues = new Names(MOST_QUEUES, "other");

	private Limits limits = Limits.of(0);

	/** The leader of the newest tick. */
	private @Nullable String leader;

	private Instant newest = Instant.MIN;

	private @Nullable Instant completeSince;

	private long changes;

	History(ScheduleSource schedules, Clock clock) {
		this.schedules = schedules;
		this.clock = clock;
	}

	@Override
	public void tick(JournalRecord.Tick tick) {
		tick(tick.event(), tick.slot(), tick.published(), tick.leader());
	}

	synchronized void tick(String event, Instant slot, @Nullable Instant published, String leader) {
		EventHistory history = of(event);
		if (history == null) {
			return;
		}
		Duration lag = (published != null) ? Duration.between(slot, published) : null;
		if (history.tick(slot, lag, this.names.numberOf(leader), this.limits.ticks())) {
			history.count(hour(slot), 1, 0, 0, this.limits.hours());
		}
		this.changes++;
		if (!slot.isBefore(this.newest)) {
			this.newest = slot;
			this.leader = leader;
		}
	}

	@Override
	public synchronized void byHand(String event, Instant at) {
		if (this.byEvent.containsKey(event) || this.schedules.current().byEvent().containsKey(event)) {
			EventHistory history = of(event);
			if (history != null) {
				history.byHand(at, this.limits.ticks());
				this.changes++;
			}
		}
	}

	@Override
	public synchronized void skipped(Skipping skipping) {
		this.changes++;
		for (SkippedSlots slots : skipping.slots()) {
			EventHistory history = of(slots.event());
			if (history != null) {
				PastSkip before = history.skipped(
						new PastSkip(slots, skipping.reason(), skipping.since(), skipping.noticed()),
						this.limits.skips());
				if (before != null) {
					count(history, before.slots(), -1);
				}
				count(history, slots, 1);
			}
		}
	}

	/** Spreads skipped slots over their hours, as evenly as schedules mostly are. */
	private void count(EventHistory history, SkippedSlots slots, int sign) {
		long to = hour(slots.last());
		long left = slots.count();
		for (long hour = Math.max(hour(slots.first()), to - Limits.HOURS); hour <= to; hour++) {
			long share = left / (to - hour + 1);
			left -= share;
			if (share > 0) {
				history.count(hour, 0, (int) Math.min(share, EventHistory.MOST_IN_AN_HOUR) * sign, 0,
						this.limits.hours());
			}
		}
	}

	@Override
	public synchronized void newlyMissed(MissedTicks missed) {
		for (Group group : missed.groups()) {
			EventHistory history = of(group.event());
			if (history != null) {
				int queue = this.queues.numberOf(group.queue());
				for (Miss tick : group.ticks()) {
					history.missed(new PastMiss(tick.slot(), group.queue(), group.reason(), tick.at()), queue,
							this.limits.misses());
					if (hour(tick.slot()) >= oldestHour()) {
						history.count(hour(tick.slot()), 0, 0, 1, this.limits.hours());
					}
				}
			}
		}
		this.changes++;
	}

	@Override
	public synchronized void completeSince(Instant instant) {
		this.completeSince = instant;
		this.changes++;
	}

	private static long hour(Instant instant) {
		return Math.floorDiv(instant.getEpochSecond(), Limits.HOUR);
	}

	private long oldestHour() {
		return hour(this.clock.instant()) - Limits.HOURS;
	}

	/** Returns the history of an event; {@code null} if there are too many. */
	private @Nullable EventHistory of(String event) {
		EventHistory known = this.byEvent.get(event);
		if (known != null) {
			return known;
		}
		if (this.byEvent.size() == Limits.MOST_EVENTS) {
			dropUnscheduled();
		}
		if (this.byEvent.size() == Limits.MOST_EVENTS) {
			return null;
		}
		EventHistory created = new EventHistory();
		Schedule schedule = this.schedules.current().byEvent().get(event);
		// The same text twice would be half of what a rare event needs.
		this.byEvent.put((schedule != null) ? schedule.event() : event, created);
		Limits fitting = Limits.of(this.byEvent.size());
		if (!fitting.equals(this.limits)) {
			this.limits = fitting;
			this.byEvent.values().forEach((each) -> each.trim(fitting, oldestHour()));
		}
		return created;
	}

	private void dropUnscheduled() {
		this.byEvent.keySet().retainAll(this.schedules.current().byEvent().keySet());
	}

	/**
	 * Returns the replica that published the newest tick; {@code null} if none is known.
	 */
	synchronized @Nullable String leader() {
		return this.leader;
	}

	/** Returns how often it has changed. */
	synchronized long changes() {
		return this.changes;
	}

	/**
	 * Returns since when it is complete; {@code null} if only what was published since
	 * this replica started is known for certain, and an hour before.
	 */
	synchronized @Nullable Instant completeSince() {
		return this.completeSince;
	}

	/** Returns the last ticks of an event, the newest first. */
	synchronized List<PastTick> ticks(String event) {
		return read(event, (history) -> history.ticks(this.names), List.of());
	}

	/** Returns the last tick of a slot of an event; {@code null} if none is known. */
	synchronized @Nullable PastTick last(String event) {
		EventHistory history = this.byEvent.get(event);
		return (history != null) ? history.lastOfASlot(this.names) : null;
	}

	/**
	 * Returns the hours of the last week in which something was due, the oldest first.
	 */
	synchronized List<PastHour> hours(String event) {
		return read(event, (history) -> history.hours(oldestHour()), List.of());
	}

	/** Returns what was skipped last of an event, the oldest first. */
	synchronized List<PastSkip> skips(String event) {
		return read(event, EventHistory::skips, List.of());
	}

	/**
	 * Returns the last that was skipped of each event since an instant, the newest first.
	 */
	synchronized List<PastSkip> skippedSince(Instant instant) {
		List<PastSkip> skips = new ArrayList<>();
		this.byEvent.values().forEach((history) -> {
			List<PastSkip> all = history.skips();
			PastSkip last = all.isEmpty() ? null : all.get(all.size() - 1);
			if (last != null && !last.noticed().isBefore(instant)) {
				skips.add(last);
			}
		});
		skips.sort(Comparator.comparing(PastSkip::noticed).reversed().thenComparing((skip) -> skip.slots().event()));
		return skips;
	}

	/** Returns the last ticks of an event that nobody took, the newest first. */
	synchronized List<PastMiss> misses(String event) {
		return read(event, (history) -> history.misses(this.queues), List.of());
	}

	/**
	 * Counts the slots of an event in the last day, to the hour, whose ticks nobody took.
	 */
	synchronized int missedInTheLastDay(String event) {
		return read(event, (history) -> history.missedSince(hour(this.clock.instant()) - 24), 0);
	}

	/**
	 * Returns what nobody took since an instant, by event, queue and reason, the newest
	 * first.
	 */
	synchronized List<MissedLately> missedSince(Instant instant) {
		List<MissedLately> lately = new ArrayList<>();
		this.byEvent.forEach((event, history) -> {
			if (!history.lastMiss().isBefore(instant)) {
				List<PastMiss> all = history.misses(this.queues);
				lately.addAll(MissedLately.of(event, all, instant, all.size() == this.limits.misses(),
						missedInTheLastDay(event)));
			}
		});
		lately.sort(Comparator.comparing(MissedLately::last)
			.reversed()
			.thenComparing(MissedLately::event)
			.thenComparing(MissedLately::queue));
		return lately;
	}

	private <T> T read(String event, Function<EventHistory, T> reading, T otherwise) {
		EventHistory history = this.byEvent.get(event);
		return (history != null) ? reading.apply(history) : otherwise;
	}

}
