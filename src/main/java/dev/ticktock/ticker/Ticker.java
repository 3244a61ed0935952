package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.leader.Term;
import dev.ticktock.leader.TermEndedException;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import dev.ticktock.schedule.Timetable;
import dev.ticktock.schedule.Timetable.Due;
import dev.ticktock.time.Hearts.Heart;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * Publishes what is due, while this replica leads: each slot once, in the order of slot
 * and event. A slot that was not published in time is published late if it is still
 * valid; if not, it is skipped, as the log, the meters and the journal show.
 */
final class Ticker {

	private static final Logger logger = LoggerFactory.getLogger(Ticker.class);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	/** How many changes of the schedules are taken at once after a quiet time. */
	static final int AT_ONCE = 10;

	private final Leadership leadership;

	private final Ledger ledger;

	private final ScheduleSource source;

	private final TickMeters meters;

	private final Heart heart;

	private final Clock clock;

	private final Hindrances hindrances;

	private final SkippedLog skippedLog;

	private final Throttle failures;

	private final Throttle gathered;

	private final Throttle changes;

	private final Timetable timetable = new Timetable();

	/** Slots that are recorded as skipped, and are not counted and logged yet. */
	private final Queue<Skipping> skipped = new ConcurrentLinkedQueue<>();

	/** The ticks that are due and that the broker has not taken yet. */
	private final List<Tick> waiting = new ArrayList<>();

	/**
	 * The schedules that the timetable has, and that the term covers, if there is one.
	 */
	private @Nullable Schedules schedules;

	private @Nullable Term term;

	Ticker(Leadership leadership, Ledger ledger, ScheduleSource source, TickMeters meters, Heart heart, Clock clock,
			Uptime uptime) {
		this.leadership = leadership;
		this.ledger = ledger;
		this.source = source;
		this.meters = meters;
		this.heart = heart;
		this.clock = clock;
		this.hindrances = new Hindrances(clock);
		this.skippedLog = new SkippedLog(uptime);
		this.failures = new Throttle(uptime);
		this.gathered = new Throttle(uptime);
		this.changes = new Throttle(uptime, AT_ONCE);
	}

	/**
	 * Publishes what has become due since the last call. Costs nothing while nothing is
	 * due. Called every second and when a term begins.
	 */
	// At the second, so that a tick leaves at its slot.
	@Scheduled(cron = "* * * * * *")
	// By monotonic time, because a cron trigger is silent after the clock was set back.
	@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
	synchronized void tick() {
		this.heart.beat(INTERVAL);
		try {
			this.meters.know(this.source.current());
			LeadershipStatus status = this.leadership.status();
			this.hindrances.observe(status);
			reportSkipped();
			Term current = this.leadership.term();
			if (current == null) {
				standBy(this.source.current(), status);
			}
			else if (current.accepting()) {
				publishDue(current);
			}
		}
		catch (TermEndedException ex) {
			logger.debug("Stopped publishing: {}", ex.getMessage());
		}
		catch (RuntimeException ex) {
			// The term knows which ticks were published: the next call begins from there.
			this.term = null;
			this.failures.take((held) -> logger.error("Unexpected failure; publishing again in a second{}",
					Throttle.more(held), ex));
		}
		finally {
			this.heart.beat(INTERVAL);
		}
	}

	/**
	 * Keeps the timetable where the leader's is, so that a term with many schedules need
	 * not compute all their slots before its first tick.
	 */
	private void standBy(Schedules latest, LeadershipStatus status) {
		Instant now = this.clock.instant();
		boolean known = status.role() == Role.STANDBY && status.journal() != JournalState.DETACHED;
		if (known && (this.schedules == null || !latest.isSameAs(this.schedules))) {
			this.timetable.replace(latest,
					(schedule) -> Objects.requireNonNullElse(this.ledger.doneUntil(schedule), now));
			this.schedules = latest;
		}
		this.term = null;
		Due passed;
		do {
			passed = this.timetable.due(now);
			report(passed.failed());
		}
		while (passed.more());
	}

	/** Rests while it writes, which waits as long as the broker does not read. */
	private void publishDue(Term current) throws TermEndedException {
		this.heart.rest();
		arrange(current);
		boolean more = true;
		Instant until = this.clock.instant();
		while ((more || !this.waiting.isEmpty()) && current.accepting()) {
			if (this.waiting.isEmpty()) {
				until = this.clock.instant();
				this.heart.beat(INTERVAL);
				Due due = this.timetable.due(until);
				this.heart.rest();
				report(due.failed());
				skip(current, due.skipped());
				this.waiting.addAll(due.ticks());
				more = due.more();
			}
			skipUnwanted(current);
			int published = current.publish(List.copyOf(this.waiting));
			this.waiting.subList(0, published).clear();
		}
		if (!more && this.waiting.isEmpty()) {
			current.caughtUp(until);
		}
	}

	/**
	 * An event may be on hold, and what the broker did not take at its slot may have
	 * waited for too long.
	 */
	private void skipUnwanted(Term current) throws TermEndedException {
		Instant now = this.clock.instant();
		Map<String, SkippedSlots> unwanted = new LinkedHashMap<>();
		this.waiting.removeIf((tick) -> {
			boolean over = !tick.validUntil().isAfter(now) || current.isHeld(tick.event());
			if (over) {
				unwanted.merge(tick.event(), new SkippedSlots(tick.event(), tick.slot(), tick.slot(), 1, false),
						SkippedSlots::and);
			}
			return over;
		});
		skip(current, unwanted.values());
	}

	private void skip(Term current, Collection<SkippedSlots> slots) throws TermEndedException {
		Map<Boolean, List<SkippedSlots>> byHeld = slots.stream()
			.collect(Collectors.partitioningBy((each) -> current.isHeld(each.event())));
		List<SkippedSlots> late = byHeld.getOrDefault(false, List.of());
		if (!late.isEmpty()) {
			Skipping skipping = this.hindrances.explain(late);
			current.skipped(skipping, () -> this.skipped.add(skipping));
		}
		List<SkippedSlots> held = byHeld.getOrDefault(true, List.of());
		if (!held.isEmpty()) {
			current.skipped(this.hindrances.held(held), () -> {
			});
		}
	}

	private void reportSkipped() {
		for (Skipping each = this.skipped.poll(); each != null; each = this.skipped.poll()) {
			this.meters.skipped(each);
			this.skippedLog.take(each);
		}
		this.skippedLog.logIfDue();
	}

	private void report(Map<String, RuntimeException> failed) {
		failed.forEach((event, failure) -> logger.error(
				"Cannot compute the slots of \"{}\"; disabled until it changes. Please report this", event, failure));
	}

	/**
	 * Takes the schedules. The term covers them and the timetable has them at the same
	 * time, so no tick is published of a schedule that is in no checkpoint.
	 */
	private void arrange(Term current) throws TermEndedException {
		Schedules latest = this.source.current();
		Schedules known = this.schedules;
		if (known == null || !current.equals(this.term)) {
			this.waiting.clear();
			this.hindrances.termBegins();
			current.hold(latest);
			this.timetable.start(latest, current.cover(latest));
		}
		else {
			// At once, however many changes there have been, and also while ticks wait.
			Function<Schedule, Instant> released = current.hold(latest);
			if (released != null) {
				this.timetable.moveOn(released);
			}
			Schedules taken = permitted(latest, known, current);
			if (taken == null) {
				return;
			}
			latest = taken;
			this.timetable.replace(latest, current.cover(latest));
		}
		this.term = current;
		this.schedules = latest;
	}

	/**
	 * Returns the schedules to take now; {@code null} if there is nothing to take.
	 * Nothing is taken while ticks wait: one that changes starts from the present, and if
	 * the clock was set back, that may be before a slot which waits. A listing that was
	 * made since the term began is taken at once if it ends a doubt, even with nothing
	 * new. Without a doubt, a listing with nothing new is not taken, so nothing is
	 * written. Schedules that are due once need no checkpoint of all, and so they do not
	 * wait until it is time for the other changes.
	 */
	private @Nullable Schedules permitted(Schedules latest, Schedules known, Term current) {
		boolean doubt = current.inDoubt();
		if (this.waiting.isEmpty() && doubt && latest.isCompleteSince(current.began())) {
			return latest;
		}
		if (!this.waiting.isEmpty() || latest.isSameAs(known)) {
			return null;
		}
		Schedules once = known.withOnceOf(latest);
		if (once.isSameAs(latest) || mayChange()) {
			return latest;
		}
		return (doubt || once.isSameAs(known)) ? null : once;
	}

	/**
	 * Whether it is time for a change. A checkpoint of all schedules goes with each, so
	 * ten are taken at once and then what has gathered, once a minute. Each minute
	 * without a change makes room for one more.
	 */
	private boolean mayChange() {
		if (this.changes.takes()) {
			return true;
		}
		this.gathered.take((held) -> logger.warn(
				"Workers change their schedules too often; until that ends, changes take effect once in {} s",
				Throttle.PAUSE.toSeconds()));
		return false;
	}

}
