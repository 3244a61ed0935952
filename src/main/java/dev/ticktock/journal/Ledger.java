package dev.ticktock.journal;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Standings;
import dev.ticktock.schedule.Standings.Newcomers;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has read in the journal so far. Reading a record twice changes nothing,
 * and records may come in again from the beginning. Safe for use by several threads.
 */
public final class Ledger {

	/** {@code null} as long as nothing has been read that a leader published. */
	private @Nullable Standings standings;

	private boolean checkpointRead;

	/** Whether the markers that somebody waits for have been read. */
	private final Map<String, Boolean> markers = new HashMap<>();

	private long records;

	/**
	 * Takes a record in.
	 * @param key the routing key with which it was published
	 * @throws IllegalArgumentException if it is a checkpoint that cannot be read
	 */
	public synchronized void read(String key, AMQP.BasicProperties properties, byte[] body) {
		this.records++;
		if (!TickMessage.APP_ID.equals(properties.getAppId()) || properties.getType() == null) {
			return;
		}
		switch (properties.getType()) {
			case TickMessage.TYPE -> readTick(key, properties);
			case Marker.TYPE -> this.markers.replace(String.valueOf(properties.getMessageId()), true);
			case CheckpointMessage.TYPE -> readCheckpoint(CheckpointMessage.read(body));
			default -> {
			}
		}
	}

	private void readTick(String key, AMQP.BasicProperties properties) {
		Cursor tick = TickMessage.read(key, properties);
		if (tick != null) {
			standings(tick).published(key, tick.slot());
		}
	}

	private void readCheckpoint(Checkpoint checkpoint) {
		standings(checkpoint.cursor()).restore(checkpoint);
		this.checkpointRead = true;
	}

	private Standings standings(Cursor first) {
		Standings known = (this.standings != null) ? this.standings
				: new Standings(first, Newcomers.CONFIGURED_FROM_CURSOR);
		this.standings = known;
		return known;
	}

	/** Makes a marker known before it is published. */
	public synchronized void expect(String marker) {
		this.markers.put(marker, false);
	}

	/** Says whether an expected marker has been read; once it has, it is forgotten. */
	public synchronized boolean hasRead(String marker) {
		return this.markers.remove(marker, true);
	}

	/** Says whether a leader has ever left word. */
	public synchronized boolean knowsCheckpoint() {
		return this.checkpointRead;
	}

	/** Returns how many records have been read, to see whether reading goes on. */
	public synchronized long records() {
		return this.records;
	}

	/**
	 * Returns the last tick published, as far as is known; {@code null} if nothing is.
	 */
	public synchronized @Nullable Cursor cursor() {
		return (this.standings != null) ? this.standings.cursor() : null;
	}

	/**
	 * Returns where everything stands at the beginning of a term; {@code null} if nothing
	 * is known.
	 * @param started since when this replica runs: where no leader has left word,
	 * configured schedules are due for everything since
	 */
	public synchronized @Nullable Standings forTerm(Instant started) {
		if (this.standings == null || this.checkpointRead) {
			return (this.standings != null) ? this.standings.forTerm() : null;
		}
		return new Standings(this.standings.cursor().max(Cursor.at(started)), Newcomers.CONFIGURED_FROM_CURSOR);
	}

	/**
	 * Returns the definition under which the leaders last covered an event; {@code null}
	 * if they did not, as far as is known.
	 */
	public synchronized @Nullable String coveredAs(String event) {
		return (this.standings != null) ? this.standings.definitionOf(event) : null;
	}

	/**
	 * Returns the events whose configured schedules differ from those of the leader;
	 * empty if none do or no leader has left word.
	 */
	public synchronized Set<String> differences(Schedules schedules) {
		return (this.standings != null && this.checkpointRead) ? this.standings.differences(schedules) : Set.of();
	}

}
