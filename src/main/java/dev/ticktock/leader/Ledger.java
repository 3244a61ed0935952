package dev.ticktock.leader;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Schedules;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has read in the journal so far. Reading a record twice changes nothing,
 * and records may come in again from the beginning.
 */
final class Ledger {

	static final String CHECKPOINT_TYPE = "checkpoint";

	static final String MARKER_TYPE = "marker";

	private @Nullable Cursor cursor;

	private @Nullable Checkpoint checkpoint;

	/**
	 * The last slots published since the checkpoint of what it says is done only up to an
	 * instant before its cursor.
	 */
	private final Map<String, Instant> doneSince = new HashMap<>();

	/** Whether the markers that somebody waits for have been read. */
	private final Map<String, Boolean> markers = new HashMap<>();

	private long records;

	/**
	 * Takes a record in.
	 * @param key the routing key with which it was published
	 */
	synchronized void read(String key, AMQP.BasicProperties properties, byte[] body) {
		this.records++;
		if (!TickMessage.APP_ID.equals(properties.getAppId()) || properties.getType() == null) {
			return;
		}
		switch (properties.getType()) {
			case TickMessage.TYPE -> readTick(key, properties);
			case MARKER_TYPE -> this.markers.replace(String.valueOf(properties.getMessageId()), true);
			case CHECKPOINT_TYPE -> readCheckpoint(body);
			default -> {
			}
		}
	}

	/**
	 * Only what a leader published moves the cursor: anybody may publish by hand to have
	 * a job run now.
	 */
	private void readTick(String key, AMQP.BasicProperties properties) {
		if (properties.getTimestamp() == null) {
			return;
		}
		Instant slot = properties.getTimestamp().toInstant();
		if (TickMessage.id(key, slot).equals(properties.getMessageId())) {
			advance(new Cursor(slot, key));
			Checkpoint.Entry entry = (this.checkpoint != null) ? this.checkpoint.schedules().get(key) : null;
			if (entry != null && entry.done() != null) {
				this.doneSince.merge(key, slot, Ledger::later);
			}
		}
	}

	private static Instant later(Instant one, Instant other) {
		return one.isBefore(other) ? other : one;
	}

	private void readCheckpoint(byte[] body) {
		Checkpoint read = Checkpoint.fromBytes(body);
		this.checkpoint = read;
		this.doneSince.clear();
		advance(read.cursor());
	}

	private void advance(Cursor to) {
		this.cursor = (this.cursor != null) ? this.cursor.max(to) : to;
	}

	/** Makes a marker known before it is published. */
	synchronized void expect(String marker) {
		this.markers.put(marker, false);
	}

	/** Says whether an expected marker has been read; once it has, it is forgotten. */
	synchronized boolean hasRead(String marker) {
		return this.markers.remove(marker, true);
	}

	/** Says whether a leader has ever left word. */
	synchronized boolean knowsCheckpoint() {
		return this.checkpoint != null;
	}

	/** Returns how many records have been read, to see whether reading goes on. */
	synchronized long records() {
		return this.records;
	}

	/**
	 * Returns the last tick published, as far as is known; {@code null} if nothing is.
	 */
	synchronized @Nullable Cursor cursor() {
		return this.cursor;
	}

	/**
	 * Returns where a schedule starts in a term.
	 * @param granted when the term began
	 * @param started since when this replica runs: where nobody has ever led, it is due
	 * for everything since
	 */
	synchronized Cursor startOf(Schedule schedule, Instant granted, Instant started) {
		if (this.checkpoint == null) {
			if (schedule.origin() == Origin.REGISTERED) {
				return Cursor.at(granted);
			}
			Cursor since = Cursor.at(started);
			return (this.cursor != null) ? this.cursor.max(since) : since;
		}
		Checkpoint.Entry entry = this.checkpoint.schedules().get(schedule.event());
		if (entry == null || !entry.covers(schedule)) {
			return Cursor.at(granted);
		}
		if (entry.done() != null) {
			return Cursor.at(done(schedule.event(), entry.done()));
		}
		Cursor known = Objects.requireNonNull(this.cursor, "a checkpoint has a cursor");
		return (entry.from() != null) ? known.max(Cursor.at(entry.from())) : known;
	}

	private Instant done(String event, Instant atTheCheckpoint) {
		return later(atTheCheckpoint, this.doneSince.getOrDefault(event, atTheCheckpoint));
	}

	/**
	 * Returns what the leaders before covered of schedules that workers had registered,
	 * each with how far it is done.
	 */
	synchronized Map<String, Checkpoint.Entry> registered() {
		Map<String, Checkpoint.Entry> registered = new HashMap<>();
		if (this.checkpoint != null) {
			this.checkpoint.schedules().forEach((event, entry) -> {
				if (entry.registered()) {
					registered.put(event, entry.done(done(event, entry)));
				}
			});
		}
		return registered;
	}

	private Instant done(String event, Checkpoint.Entry entry) {
		if (entry.done() != null) {
			return done(event, entry.done());
		}
		Cursor known = Objects.requireNonNull(this.cursor, "a checkpoint has a cursor");
		Instant reached = known.doneOf(event);
		return (entry.from() != null) ? later(reached, entry.from()) : reached;
	}

	/**
	 * Returns the definition under which the leaders last covered an event; {@code null}
	 * if they did not, as far as is known.
	 */
	synchronized @Nullable String definitionOf(String event) {
		Checkpoint.Entry entry = (this.checkpoint != null) ? this.checkpoint.schedules().get(event) : null;
		return (entry != null) ? entry.definition() : null;
	}

	/**
	 * Returns the events whose configured schedules differ from those of the leader;
	 * empty if none do or no leader has left word. What workers have registered is the
	 * same for all, if not at the same instant.
	 */
	synchronized Set<String> differences(Schedules schedules) {
		Set<String> differences = new TreeSet<>();
		if (this.checkpoint != null) {
			Map<String, Checkpoint.Entry> covered = this.checkpoint.schedules();
			covered.forEach((event, entry) -> {
				Schedule schedule = schedules.byEvent().get(event);
				if (!entry.registered() && (schedule == null || !entry.covers(schedule))) {
					differences.add(event);
				}
			});
			schedules.all()
				.stream()
				.filter((schedule) -> schedule.origin() != Origin.REGISTERED && !covered.containsKey(schedule.event()))
				.map(Schedule::event)
				.forEach(differences::add);
		}
		return differences;
	}

}
