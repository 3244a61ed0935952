package dev.ticktock.schedule;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import dev.ticktock.schedule.Progress.CatchingUp;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Progress.New;
import dev.ticktock.schedule.Progress.Unconfirmed;
import dev.ticktock.schedule.Schedule.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Knows what has been published: the cursor, and for every schedule how far it is done.
 * The reader of the journal and the term that publishes tell it the same things in the
 * same words, so both come to the same answer. Not safe for use by several threads.
 *
 * <p>
 * How the progress of an event changes, where "-" is no change. The cursor reaches
 * {@code reached} for the event:
 *
 * <pre>
 *                | listed        | unlisted                    | published(slot)           | caughtUp
 * ---------------|---------------|-----------------------------|---------------------------|---------------------------------
 * Current        | -             | Unconfirmed(reached)        | -                         | -
 * New(s)         | -             | Unconfirmed(max(s,reached)) | -                         | s < reached ? Current : -
 * Unconfirmed(d) | CatchingUp(d) | -                           | Unconfirmed(max(d, slot)) | -
 * CatchingUp(d)  | -             | Unconfirmed(d)              | CatchingUp(max(d, slot))  | d < reached ? Current : New(d)
 * </pre>
 *
 * A schedule is unlisted if a worker has registered it and a listing that may be out of
 * date does not have it. One that a listing of the present does not have, or has with
 * another definition, is dropped; if it comes again, it is new.
 */
public final class Standings {

	private final Map<String, Standing> byEvent;

	private Cursor cursor;

	private Newcomers newcomers;

	private boolean catchingUp;

	private boolean inDoubt;

	/**
	 * Creates standings that have no schedule yet.
	 * @param cursor the last tick published, or the instant after which everything is due
	 * @param newcomers where schedules start that are covered first
	 */
	public Standings(Cursor cursor, Newcomers newcomers) {
		this(new HashMap<>(), cursor, newcomers);
	}

	private Standings(Map<String, Standing> byEvent, Cursor cursor, Newcomers newcomers) {
		this.byEvent = byEvent;
		this.cursor = cursor;
		this.newcomers = newcomers;
	}

	/** Returns the last tick published. */
	public Cursor cursor() {
		return this.cursor;
	}

	/** Whether no leader is known to have covered a schedule. */
	public boolean areNew() {
		return this.newcomers == Newcomers.CONFIGURED_FROM_CURSOR && this.byEvent.isEmpty();
	}

	/** Takes in that a tick has been published; hearing of it again changes nothing. */
	public void published(String event, Instant slot) {
		this.cursor = this.cursor.max(new Cursor(slot, event));
		this.byEvent.computeIfPresent(event, (same, standing) -> standing.with(standing.progress().published(slot)));
	}

	/**
	 * Takes in what a leader has written down. What is known to be published stays
	 * published, even if the leader wrote as if it were not.
	 */
	public void restore(Checkpoint checkpoint) {
		this.cursor = this.cursor.max(checkpoint.cursor());
		this.newcomers = Newcomers.FROM_NOW;
		Map<String, Standing> before = Map.copyOf(this.byEvent);
		this.byEvent.clear();
		checkpoint.standings().forEach((event, standing) -> {
			Standing known = before.get(event);
			this.byEvent.put(event, (known != null) ? after(known, standing) : standing);
		});
	}

	private static Standing after(Standing known, Standing standing) {
		boolean same = known.definition().equals(standing.definition());
		return (same && known.progress() instanceof Unconfirmed unconfirmed)
				? standing.with(standing.progress().published(unconfirmed.doneUntil())) : standing;
	}

	/**
	 * Returns a copy for a term that begins. Whether schedules of workers are still
	 * registered is not known then.
	 */
	public Standings forTerm() {
		Map<String, Standing> copy = new HashMap<>();
		this.byEvent.forEach(
				(event, standing) -> copy.put(event, standing.registered() ? unlisted(event, standing) : standing));
		return new Standings(copy, this.cursor, this.newcomers);
	}

	private Standing unlisted(String event, Standing standing) {
		return standing.with(standing.progress().unlisted(this.cursor.doneOf(event)));
	}

	/**
	 * Takes these schedules in the place of those before.
	 * @param complete whether no worker has registered others
	 * @param now where a new schedule starts, unless the cursor is later
	 * @return where each of the schedules starts in a timetable that does not have it yet
	 */
	public Function<Schedule, Cursor> cover(Schedules schedules, boolean complete, Instant now) {
		Map<String, Standing> before = new HashMap<>(this.byEvent);
		this.byEvent.clear();
		this.catchingUp = false;
		for (Schedule schedule : schedules.all()) {
			Standing known = before.remove(schedule.event());
			Progress progress = (known != null && known.covers(schedule)) ? known.progress().listed()
					: newcomer(schedule, now);
			this.catchingUp |= progress instanceof CatchingUp;
			this.byEvent.put(schedule.event(), Standing.of(schedule, progress));
		}
		if (!complete) {
			before.forEach((event, standing) -> {
				if (standing.registered()) {
					this.byEvent.put(event, unlisted(event, standing));
				}
			});
		}
		this.inDoubt = this.byEvent.size() > schedules.byEvent().size();
		this.newcomers = Newcomers.FROM_NOW;
		Cursor reached = this.cursor;
		Map<String, Standing> covered = Map.copyOf(this.byEvent);
		return (schedule) -> {
			Standing standing = covered.get(schedule.event());
			return (standing != null) ? standing.progress().start(reached) : reached;
		};
	}

	/**
	 * Returns whether there are schedules that are not among those covered last, and may
	 * still be registered.
	 */
	public boolean inDoubt() {
		return this.inDoubt;
	}

	private Progress newcomer(Schedule schedule, Instant now) {
		boolean fromNow = switch (this.newcomers) {
			case FROM_NOW -> true;
			case FROM_CURSOR -> false;
			case CONFIGURED_FROM_CURSOR -> schedule.origin() == Origin.REGISTERED;
		};
		Instant reached = this.cursor.slot();
		// Every event of the cursor's slot is done for a schedule that was not there.
		return fromNow ? new New(now.isAfter(reached) ? now : reached) : new Current();
	}

	/**
	 * Takes in that everything that was due up to the cursor has been published.
	 * @return whether that ends the catching up of a schedule
	 */
	public boolean caughtUp() {
		boolean ended = this.catchingUp;
		if (ended) {
			Instant reached = this.cursor.slot();
			this.byEvent.replaceAll((event, standing) -> standing.with(standing.progress().caughtUp(reached)));
			this.catchingUp = false;
		}
		return ended;
	}

	/** Returns what a checkpoint should say now. */
	public Checkpoint checkpoint() {
		Instant reached = this.cursor.slot();
		this.byEvent.replaceAll((event, standing) -> standing.with(standing.progress().passed(reached)));
		return new Checkpoint(this.cursor, this.byEvent);
	}

	/**
	 * Returns the definition under which an event is covered; {@code null} if it is not.
	 */
	public @Nullable String definitionOf(String event) {
		Standing standing = this.byEvent.get(event);
		return (standing != null) ? standing.definition() : null;
	}

	/**
	 * Returns the instant up to which every slot of a schedule is done; {@code null} if
	 * the schedule is not covered.
	 */
	public @Nullable Instant doneUntil(Schedule schedule) {
		Standing standing = this.byEvent.get(schedule.event());
		return (standing != null && standing.covers(schedule))
				? standing.progress().start(this.cursor).doneOf(schedule.event()) : null;
	}

	/** Says whether workers have registered schedules that are covered. */
	public boolean hasRegistered() {
		return this.byEvent.values().stream().anyMatch(Standing::registered);
	}

	/**
	 * Returns the events whose configured schedules differ from these. What workers have
	 * registered is the same for all replicas, if not at the same instant.
	 */
	public Set<String> differences(Schedules schedules) {
		Set<String> differences = new TreeSet<>();
		this.byEvent.forEach((event, standing) -> {
			Schedule schedule = schedules.byEvent().get(event);
			if (!standing.registered() && (schedule == null || !standing.covers(schedule))) {
				differences.add(event);
			}
		});
		schedules.all()
			.stream()
			.filter((schedule) -> schedule.origin() != Origin.REGISTERED)
			.map(Schedule::event)
			.filter((event) -> !this.byEvent.containsKey(event))
			.forEach(differences::add);
		return differences;
	}

	/**
	 * Returns the events of the configured schedules that are not among others, in order.
	 */
	public List<String> configuredBesides(Schedules others) {
		return this.byEvent.entrySet()
			.stream()
			.filter((each) -> !each.getValue().registered() && !others.byEvent().containsKey(each.getKey()))
			.map(Map.Entry::getKey)
			.sorted()
			.toList();
	}

	/**
	 * Where schedules start that these standings do not have, when they are covered for
	 * the first time in a term. Later ones start from the present.
	 */
	public enum Newcomers {

		/** At their next slot: the leaders before did not have them. */
		FROM_NOW,

		/** After the cursor: it is all that is known. */
		FROM_CURSOR,

		/**
		 * Configured ones after the cursor, because nobody has ever led; registered ones
		 * at their next slot.
		 */
		CONFIGURED_FROM_CURSOR

	}

}
