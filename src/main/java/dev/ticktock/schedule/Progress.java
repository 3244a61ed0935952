package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Schedule.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Keeps how far each schedule is done. The reader of the journal and the term that
 * publishes call the same methods and come to the same answer, however often and in which
 * order the records come: the instant until which an event is done only moves forward.
 * Not safe for use by several threads.
 *
 * <p>
 * An event that is new, or whose definition is another than the recorded one, is done
 * until the present. A registered schedule that a listing lacks stays where it is if that
 * listing may be out of date, and goes on from there once it is listed again. One that a
 * complete listing lacks is dropped.
 */
public final class Progress {

	/** How far the clocks of replicas may be apart for what is due once to come once. */
	private static final Duration CLOCKS = Duration.ofHours(1);

	/** How many schedules that are due once are remembered after they were dropped. */
	static final int REMEMBERED = 10_000;

	private Map<String, Covered> byEvent = new HashMap<>();

	private Cursor cursor;

	private Instant latest;

	private Newcomers newcomers;

	/** What is on hold; {@code null} as long as that is not known. */
	private @Nullable Holds holds;

	/**
	 * Up to where leaders before may have published slots without a record; {@code null}
	 * where there is a journal.
	 */
	private final @Nullable Cursor unrecorded;

	private boolean inDoubt;

	private boolean changed;

	private List<String> dropped = List.of();

	private Map<String, Covered> addedOnce = Map.of();

	private Progress(Cursor cursor, Newcomers newcomers, @Nullable Cursor unrecorded) {
		this.cursor = cursor;
		this.latest = cursor.slot();
		this.newcomers = newcomers;
		this.unrecorded = unrecorded;
	}

	/**
	 * Creates the progress of a journal in which no leader has written a checkpoint.
	 * Configured schedules that are covered first are due after the cursor, registered
	 * ones from then on.
	 */
	public static Progress beforeAnyLeader(Cursor cursor) {
		return new Progress(cursor, Newcomers.CONFIGURED_FROM_CURSOR, null);
	}

	/**
	 * Creates the progress where there is no journal. All schedules that are covered
	 * first are due after the cursor.
	 */
	public static Progress withoutJournal(Cursor cursor) {
		return new Progress(cursor, Newcomers.FROM_CURSOR, cursor);
	}

	public Progress copy() {
		Progress copy = new Progress(this.cursor, this.newcomers, this.unrecorded);
		copy.byEvent.putAll(this.byEvent);
		copy.latest = this.latest;
		copy.holds = this.holds;
		return copy;
	}

	/** Returns the last tick published, for people and for the token. */
	public Cursor cursor() {
		return this.cursor;
	}

	/**
	 * Returns the latest instant until which anything is, or was, done. It lies in the
	 * future if a clock was ahead.
	 */
	public Instant latest() {
		return this.latest;
	}

	private Instant reach(Instant instant) {
		this.latest = instant.isAfter(this.latest) ? instant : this.latest;
		return instant;
	}

	/** Returns how many schedules it has. */
	public int size() {
		return this.byEvent.size();
	}

	/** Whether no leader is known to have covered a schedule. */
	public boolean isBeforeAnyLeader() {
		return this.newcomers == Newcomers.CONFIGURED_FROM_CURSOR;
	}

	public void published(String event, Instant slot) {
		this.cursor = this.cursor.max(new Cursor(reach(slot), event));
		done(event, slot);
	}

	public void skipped(Collection<SkippedSlots> slots) {
		slots.forEach((each) -> done(each.event(), each.last()));
	}

	private void done(String event, Instant slot) {
		this.byEvent.computeIfPresent(event, (same, covered) -> covered.atLeastUntil(reach(slot)));
	}

	/**
	 * Takes in a checkpoint. Events that it does not have are dropped; what is known to
	 * be done of the others stays done.
	 */
	public void restore(Checkpoint checkpoint) {
		Map<String, Covered> known = this.byEvent;
		this.cursor = this.cursor.max(checkpoint.cursor());
		reach(checkpoint.latest());
		this.newcomers = Newcomers.FROM_NOW;
		this.byEvent = new HashMap<>(checkpoint.schedules());
		this.holds = checkpoint.holds();
		known.forEach((event, covered) -> done(event, covered.doneUntil()));
	}

	/** Takes in the part of a checkpoint that has changed since the last one. */
	public void add(Checkpoint part) {
		reach(part.latest());
		part.schedules()
			.forEach((event, covered) -> this.byEvent.merge(event, covered,
					(known, added) -> added.atLeastUntil(known.doneUntil())));
	}

	public Checkpoint checkpoint() {
		return new Checkpoint(this.cursor, this.byEvent, this.holds);
	}

	/**
	 * Takes what is on hold. A listing that may be out of date does not change what the
	 * leader before had on hold, except that a part of the bindings can add to it. The
	 * slots until now of an event that is no longer on hold are done.
	 * @param complete whether the listing is up to date
	 * @return whether that has changed
	 */
	public boolean hold(Schedules listed, boolean complete, Instant now) {
		Holds before = this.holds;
		Holds after = (complete || before == null) ? listed.holds()
				: listed.asked().equals(Schedules.NEVER) ? before.and(listed.holds()) : before;
		this.holds = after;
		if (before != null && !after.equals(before)) {
			// What is due at this second may be due since the hold has ended.
			Instant released = now.minusSeconds(1);
			this.byEvent.replaceAll((event, covered) -> (before.of(event) != null && after.of(event) == null)
					? covered.atLeastUntil(reach(released)) : covered);
		}
		return !after.equals(before);
	}

	public @Nullable Holds holds() {
		return this.holds;
	}

	public boolean isHeld(String event) {
		return this.holds != null && this.holds.of(event) != null;
	}

	/**
	 * Takes these schedules in the place of those before.
	 * @param complete whether no worker has registered others
	 * @param now until when a new schedule is done, unless the cursor is later
	 * @return until when each of the schedules is done
	 */
	public Function<Schedule, Instant> cover(Schedules schedules, boolean complete, Instant now) {
		Map<String, Covered> covered = new HashMap<>(2 * schedules.byEvent().size());
		for (Schedule schedule : schedules.all()) {
			covered.put(schedule.event(), covered(schedule, this.byEvent.get(schedule.event()), now));
		}
		this.inDoubt = false;
		this.byEvent.forEach((event, known) -> {
			if (!known.isOnce() && !complete && known.registered() && covered.putIfAbsent(event, known) == null) {
				this.inDoubt = true;
			}
		});
		remember(covered, now);
		compare(covered);
		this.newcomers = Newcomers.FROM_NOW;
		this.byEvent = covered;
		return starts();
	}

	/**
	 * Of those that are due once, a slot that is not done is due if it is listed again.
	 */
	private void remember(Map<String, Covered> covered, Instant now) {
		this.byEvent.entrySet()
			.stream()
			.filter((each) -> each.getValue().isRemembered(now.minus(CLOCKS)) && !covered.containsKey(each.getKey()))
			.sorted(Map.Entry.comparingByValue(Comparator.comparing(Covered::doneUntil).reversed()))
			.limit(REMEMBERED)
			.toList()
			.forEach((each) -> covered.put(each.getKey(), each.getValue()));
	}

	/** Returns until when each of the schedules is done that were covered last. */
	public Function<Schedule, Instant> starts() {
		Map<String, Covered> covered = this.byEvent;
		return (schedule) -> Objects.requireNonNull(covered.get(schedule.event()), "not covered").doneUntil();
	}

	/** A schedule that is due once and is dropped does not count, it is remembered. */
	private void compare(Map<String, Covered> covered) {
		Map<String, Covered> differing = new HashMap<>();
		this.changed = false;
		covered.forEach((event, after) -> {
			Covered before = this.byEvent.get(event);
			if (!after.equals(before)) {
				differing.put(event, after);
				this.changed |= !after.isOnce() || (before != null && !before.isOnce());
			}
		});
		List<String> gone = new ArrayList<>();
		this.byEvent.forEach((event, before) -> {
			if (!before.isOnce() && !covered.containsKey(event)) {
				this.changed = true;
				if (!before.registered()) {
					gone.add(event);
				}
			}
		});
		this.dropped = gone;
		this.addedOnce = this.changed ? Map.of() : differing;
	}

	private Covered covered(Schedule schedule, @Nullable Covered known, Instant now) {
		String definition = schedule.definition();
		boolean same = known != null && (known.definition().equals(definition) || schedule.isDueAs(known.definition()));
		Instant done = (known != null && same) ? known.doneUntil() : newcomerDoneUntil(schedule, now);
		Covered covered = new Covered(definition, schedule.origin() == Origin.REGISTERED, reach(done),
				schedule.isOnce() ? schedule.end() : null);
		return (known != null) ? covered.atLeastUntil(known.doneUntil()) : covered;
	}

	private Instant newcomerDoneUntil(Schedule schedule, Instant now) {
		if (schedule.timing() instanceof OnceTiming once) {
			// Late, unless it was due before all that is known.
			Instant before = once.slot().minusNanos(1);
			Instant unknown = (this.unrecorded != null) ? this.unrecorded.doneOf(schedule.event()) : before;
			Instant late = unknown.isAfter(before) ? unknown : before;
			return (before.isAfter(now) || schedule.isOver(now)) ? now : late;
		}
		boolean fromNow = this.newcomers == Newcomers.FROM_NOW
				|| (isBeforeAnyLeader() && schedule.origin() == Origin.REGISTERED);
		Instant reached = this.cursor.slot();
		// After the clock was set back, the present lies before what has been published.
		return !fromNow ? this.cursor.doneOf(schedule.event()) : now.isAfter(reached) ? now : reached;
	}

	/**
	 * Whether a schedule was new, dropped or another when they were covered last, apart
	 * from those that are due once.
	 */
	public boolean hasChanged() {
		return this.changed;
	}

	/**
	 * Returns the events of configured schedules that were dropped when schedules were
	 * covered last, in their order.
	 */
	public List<String> dropped() {
		return this.dropped.stream().sorted().toList();
	}

	/**
	 * Returns the part of the checkpoint that was new when the schedules were covered
	 * last, if nothing else had changed: schedules that are due once.
	 */
	public Checkpoint additions() {
		return new Checkpoint(this.cursor, this.addedOnce, Holds.NONE);
	}

	/**
	 * Whether there are schedules that are not among those covered last, and may still be
	 * registered.
	 */
	public boolean inDoubt() {
		return this.inDoubt;
	}

	/** Returns the definition under which an event is covered, if it is. */
	public @Nullable String definitionOf(String event) {
		Covered covered = this.byEvent.get(event);
		return (covered != null) ? covered.definition() : null;
	}

	/** Returns the instant until which a schedule is done, if it is covered. */
	public @Nullable Instant doneUntil(Schedule schedule) {
		Covered covered = this.byEvent.get(schedule.event());
		return (covered != null && schedule.isDueAs(covered.definition())) ? covered.doneUntil() : null;
	}

	public boolean hasRegistered() {
		return this.byEvent.values().stream().anyMatch(Covered::registered);
	}

	/**
	 * Returns the events whose configured schedules differ from these. Registered
	 * schedules are the same for all replicas, if not at the same instant.
	 */
	public Set<String> differences(Schedules schedules) {
		Set<String> differences = new TreeSet<>();
		this.byEvent.forEach((event, covered) -> {
			if (!covered.registered() && !covered.isOnce() && !schedules.byEvent().containsKey(event)) {
				differences.add(event);
			}
		});
		for (Schedule schedule : schedules.all()) {
			Covered covered = this.byEvent.get(schedule.event());
			boolean configured = (covered != null) ? !covered.registered() : schedule.origin() != Origin.REGISTERED;
			if (configured && doneUntil(schedule) == null) {
				differences.add(schedule.event());
			}
		}
		return differences;
	}

	private enum Newcomers {

		FROM_NOW, FROM_CURSOR, CONFIGURED_FROM_CURSOR

	}

}
