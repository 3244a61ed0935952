package dev.ticktock.journal;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a replica has read in the journal so far. Reading a record twice changes
 * nothing, and records may come in again from the beginning. Safe for use by several
 * threads.
 *
 * <p>
 * {@link JournalDecoder} determines which records are TickTock's; a record that lies too
 * far ahead of the clock does not count either. The first checkpoint of a term takes the
 * place of all that was known: its leader had read the journal up to there, and goes on
 * from what it found plausible.
 */
public final class Ledger {

	/** How many terms are told apart. */
	private static final int TERMS = 16;

	private static final Logger logger = LoggerFactory.getLogger(Ledger.class);

	private final JournalDecoder decoder;

	private final ClockTolerance tolerance;

	private final Doubts doubts;

	private final Chronicle chronicle;

	/** Whether a checkpoint of each of the last terms has been read, in their order. */
	private final Map<String, Boolean> terms = new LinkedHashMap<>();

	/** The markers that a reader waits for, and whether they have been read. */
	private final Map<String, Boolean> markers = new HashMap<>();

	/** {@code null} as long as nothing has been read that a leader published. */
	private @Nullable Progress progress;

	private boolean checkpointRead;

	/** The last tick that counts. */
	private @Nullable Cursor lastTick;

	/** The term of the leader whose marker was read last. */
	private @Nullable String leader;

	/** Whether the reader has not caught up, so that records may come again. */
	private boolean reading;

	/** The first slot that was too far ahead to count; {@code null} if none was. */
	private @Nullable Instant passedOver;

	private long records;

	/** How many of the records count. */
	private long trusted;

	/**
	 * Creates an empty ledger.
	 * @param doubts receives the records that do not count
	 * @param chronicle receives those that do
	 */
	public Ledger(JournalDecoder decoder, ClockTolerance tolerance, Doubts doubts, Chronicle chronicle) {
		this.decoder = decoder;
		this.tolerance = tolerance;
		this.doubts = doubts;
		this.chronicle = chronicle;
	}

	/**
	 * Takes a record in.
	 * @return the record if it counts: TickTock wrote it, and it is not from the future
	 */
	public synchronized @Nullable JournalRecord read(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		JournalRecord record = this.decoder.read(envelope, properties, body);
		this.chronicle.next(properties);
		if (record instanceof JournalRecord.Replica) {
			// Not counted: a reader that waits for a marker would take it for progress.
			this.chronicle.tell(record);
			return null;
		}
		this.records++;
		Instant instant = (record instanceof JournalRecord.Own own) ? own.instant() : null;
		if (instant != null && this.tolerance.isAhead(instant)) {
			passOver(record, instant, envelope.getRoutingKey(), properties);
			return null;
		}
		fold(record, envelope.getRoutingKey(), properties);
		this.chronicle.tell(record);
		if (record instanceof JournalRecord.Own) {
			this.trusted++;
			return record;
		}
		return null;
	}

	private void fold(JournalRecord record, String key, AMQP.BasicProperties properties) {
		if (record instanceof JournalRecord.Tick tick) {
			Cursor at = new Cursor(tick.slot(), tick.event());
			progress(at).published(tick.event(), tick.slot());
			this.lastTick = at.max((this.lastTick != null) ? this.lastTick : at);
		}
		else if (record instanceof JournalRecord.Marker marker) {
			this.markers.replace(marker.id(), true);
			if (marker.term() != null) {
				remember(marker.term(), false);
				this.leader = marker.term();
			}
		}
		else if (record instanceof JournalRecord.CheckpointRecord written) {
			if (remember(written.term(), true)) {
				this.progress = null;
				this.passedOver = null;
				this.lastTick = null;
			}
			progress(written.checkpoint().cursor()).restore(written.checkpoint());
			this.checkpointRead = true;
		}
		else if (record instanceof JournalRecord.Skipped skipped) {
			if (this.progress != null) {
				this.progress.skipped(skipped.skipping().slots());
			}
		}
		else if (record instanceof JournalRecord.Distrusted) {
			this.doubts.distrusted(key, properties);
		}
		else if (record instanceof JournalRecord.Unreadable unreadable) {
			logger.warn("Ignoring a journal record that cannot be read: {}", unreadable.problem());
		}
	}

	/** Returns whether this is the first checkpoint of a term. */
	private boolean remember(String term, boolean checkpoint) {
		boolean before = Boolean.TRUE.equals(this.terms.remove(term));
		this.terms.put(term, before || checkpoint);
		if (this.terms.size() > TERMS) {
			this.terms.remove(this.terms.keySet().iterator().next());
		}
		return checkpoint && !before;
	}

	private void passOver(JournalRecord record, Instant instant, String key, AMQP.BasicProperties properties) {
		boolean schedules = record instanceof JournalRecord.Tick || record instanceof JournalRecord.CheckpointRecord;
		if (schedules && (this.passedOver == null || instant.isBefore(this.passedOver))) {
			this.passedOver = instant;
		}
		this.doubts.ahead(instant, key, properties);
	}

	private Progress progress(Cursor first) {
		Progress known = (this.progress != null) ? this.progress : Progress.beforeAnyLeader(first);
		this.progress = known;
		return known;
	}

	/**
	 * Whether a record has been believed that is too far ahead: the clock has been set
	 * back since.
	 */
	public synchronized boolean isAhead() {
		return this.progress != null && this.tolerance.isAhead(this.progress.cursor().slot());
	}

	/**
	 * Whether a record has been passed over that is not too far ahead: the clock has been
	 * set forward since, or time has passed.
	 */
	synchronized boolean hasPassedOver() {
		return this.passedOver != null && !this.tolerance.isAhead(this.passedOver);
	}

	/** Forgets everything but the markers that a reader waits for. */
	synchronized void forget() {
		this.terms.clear();
		this.leader = null;
		this.lastTick = null;
		this.progress = null;
		this.checkpointRead = false;
		this.passedOver = null;
	}

	/** Takes in whether records are read as they are published. */
	synchronized void live(boolean now) {
		this.reading = !now;
		this.chronicle.live(now);
	}

	/** Makes a marker known before it is published. */
	public synchronized void expect(String marker) {
		this.markers.putIfAbsent(marker, false);
	}

	/** Whether an expected marker has been read. */
	public synchronized boolean hasRead(String marker) {
		return Boolean.TRUE.equals(this.markers.get(marker));
	}

	/** Ends the waiting for a marker. */
	public synchronized void forget(String marker) {
		this.markers.remove(marker);
	}

	/**
	 * Whether the marker of another leader has been read after that of a term. This is so
	 * for only one of two leaders, by the order of the stream.
	 */
	public synchronized boolean isSucceeded(String term) {
		return !this.reading && this.leader != null && !term.equals(this.leader) && this.terms.containsKey(term);
	}

	/** Returns the last tick that has been read; {@code null} if none has. */
	public synchronized @Nullable Cursor lastTick() {
		return this.lastTick;
	}

	/**
	 * Returns how many records but those of replicas have been read, to see whether
	 * reading goes on.
	 */
	public synchronized long records() {
		return this.records;
	}

	/** Returns how many records count. Others cannot prolong a takeover. */
	public synchronized long trusted() {
		return this.trusted;
	}

	/**
	 * Returns the last tick published, as far as is known; {@code null} if nothing is.
	 */
	public synchronized @Nullable Cursor cursor() {
		return (this.progress != null) ? this.progress.cursor() : null;
	}

	/**
	 * Returns how far everything is at the beginning of a term; {@code null} if nothing
	 * is known.
	 * @param started since when this replica runs: where no leader has left word,
	 * configured schedules are due for everything since
	 */
	public synchronized @Nullable Progress forTerm(Instant started) {
		if (this.progress == null || this.checkpointRead) {
			return (this.progress != null) ? this.progress.copy() : null;
		}
		return Progress.beforeAnyLeader(this.progress.cursor().max(Cursor.at(this.tolerance.notAhead(started))));
	}

	/**
	 * Returns the definition under which the leaders last covered an event; {@code null}
	 * if they did not, as far as is known.
	 */
	public synchronized @Nullable String coveredAs(String event) {
		return (this.progress != null) ? this.progress.definitionOf(event) : null;
	}

	/**
	 * Returns the instant up to which the leaders have done every slot of a schedule;
	 * {@code null} if they do not cover it, as far as is known.
	 */
	public synchronized @Nullable Instant doneUntil(Schedule schedule) {
		return (this.progress != null) ? this.progress.doneUntil(schedule) : null;
	}

	/** Whether the leaders last covered schedules that workers have registered. */
	public synchronized boolean coversRegistered() {
		return this.progress != null && this.progress.hasRegistered();
	}

	/**
	 * Returns the events whose configured schedules differ from those of the leader;
	 * empty if none do or no leader has left word.
	 */
	public synchronized Set<String> differences(Schedules schedules) {
		return (this.progress != null && this.checkpointRead) ? this.progress.differences(schedules) : Set.of();
	}

}
