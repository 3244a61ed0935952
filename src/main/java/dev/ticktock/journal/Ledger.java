package dev.ticktock.journal;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.HelloMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.MissedMessage;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.Seal;
import dev.ticktock.message.SkippedMessage;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has read in the journal so far. Reading a record twice changes nothing,
 * and records may come in again from the beginning. Safe for use by several threads.
 *
 * <p>
 * Anybody who may publish to the exchange writes to the journal, so not every record
 * counts. Control messages count if they are {@linkplain Trust trusted}; ticks, if they
 * bear the seal that a trusted marker or checkpoint of their term has told. The rest is
 * history. What lies too far ahead of the clock does not count either, whoever wrote it.
 * The first checkpoint of a term takes the place of all that was known: its leader had
 * read the journal up to there, and goes on from what it found plausible.
 *
 * <p>
 * Older versions tell no seal. Their records count until a trusted marker or checkpoint
 * has told one; the first checkpoint with a seal takes the place of all that was known.
 */
public final class Ledger {

	private final String journal;

	private final Trust trust;

	private final ClockTolerance tolerance;

	private final Doubts doubts;

	private final Chronicle chronicle;

	private final Seals seals = new Seals();

	/** Whether the markers that somebody waits for have been read. */
	private final Map<String, Boolean> markers = new HashMap<>();

	/** {@code null} as long as nothing has been read that a leader published. */
	private @Nullable Progress progress;

	private boolean checkpointRead;

	/** The last tick that counts. */
	private @Nullable Cursor lastTick;

	/** The seal of the leader whose marker was read last. */
	private @Nullable Seal leader;

	/** Whether the reader has not caught up, so that records may come again. */
	private boolean reading;

	/** The first slot that was too far ahead to count; {@code null} if none was. */
	private @Nullable Instant passedOver;

	private long records;

	/** How many of the records count. */
	private long trusted;

	/**
	 * Creates an empty ledger.
	 * @param journal the queue that control messages are published to
	 * @param doubts told of what does not count
	 * @param chronicle told of what does
	 */
	public Ledger(String journal, Trust trust, ClockTolerance tolerance, Doubts doubts, Chronicle chronicle) {
		this.journal = journal;
		this.trust = trust;
		this.tolerance = tolerance;
		this.doubts = doubts;
		this.chronicle = chronicle;
	}

	/**
	 * Takes a record in.
	 * @return whether it counts: TickTock wrote it, and it is not from the future
	 * @throws IllegalArgumentException if it is a control message that cannot be read
	 */
	public synchronized boolean read(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		this.chronicle.next(properties);
		if (HelloMessage.TYPE.equals(properties.getType()) && TickMessage.APP_ID.equals(properties.getAppId())) {
			// Not counted: whoever waits for a marker would take it for progress.
			readHello(envelope, properties, body);
			return false;
		}
		this.records++;
		boolean counts = take(envelope, properties, body);
		this.trusted += counts ? 1 : 0;
		return counts;
	}

	private boolean take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		if (!TickMessage.APP_ID.equals(properties.getAppId()) || properties.getType() == null) {
			if (!envelope.getExchange().isEmpty()) {
				this.chronicle.byHand(envelope.getRoutingKey());
			}
			return false;
		}
		return switch (properties.getType()) {
			case TickMessage.TYPE -> readTick(envelope.getRoutingKey(), properties, body);
			case Marker.TYPE -> isTrusted(envelope, properties) && readMarker(properties);
			case CheckpointMessage.TYPE -> readCheckpoint(envelope, properties, body);
			case SkippedMessage.TYPE -> readSkipped(envelope, properties, body);
			case MissedMessage.TYPE -> readMissed(envelope, properties, body);
			default -> false;
		};
	}

	private boolean readMarker(AMQP.BasicProperties properties) {
		this.markers.replace(String.valueOf(properties.getMessageId()), true);
		Seal seal = Marker.seal(properties);
		if (seal != null) {
			this.seals.remember(seal, false);
			this.leader = seal;
		}
		return true;
	}

	private boolean isTrusted(Envelope envelope, AMQP.BasicProperties properties) {
		return this.trust.isOf(envelope.getExchange(), envelope.getRoutingKey(), this.journal, properties);
	}

	private boolean readTick(String key, AMQP.BasicProperties properties, byte[] body) {
		Cursor tick = TickMessage.read(key, properties);
		if (tick == null) {
			this.chronicle.byHand(key);
		}
		else if (!this.seals.isEmpty() && !this.seals.isOneOn(properties)) {
			this.doubts.distrusted(key, properties);
		}
		else if (this.tolerance.isAhead(tick.slot())) {
			passOver(tick.slot(), key, properties);
		}
		else {
			progress(tick).published(key, tick.slot());
			this.lastTick = tick.max((this.lastTick != null) ? this.lastTick : tick);
			this.chronicle.tick(key, tick.slot(), properties, body);
			return true;
		}
		return false;
	}

	private boolean readSkipped(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		if (!isTrusted(envelope, properties)) {
			this.doubts.distrusted(envelope.getRoutingKey(), properties);
			return false;
		}
		Skipping skipping = SkippedMessage.read(body);
		if (this.tolerance.isAhead(skipping.noticed())) {
			this.doubts.ahead(skipping.noticed(), envelope.getRoutingKey(), properties);
		}
		else {
			if (this.progress != null) {
				this.progress.skipped(skipping.slots());
			}
			this.chronicle.skipped(skipping);
			return true;
		}
		return false;
	}

	private void readHello(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		if (isTrusted(envelope, properties)) {
			this.chronicle.hello(HelloMessage.read(body));
		}
		else {
			this.doubts.distrusted(envelope.getRoutingKey(), properties);
		}
	}

	private boolean readMissed(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		if (!isTrusted(envelope, properties)) {
			this.doubts.distrusted(envelope.getRoutingKey(), properties);
			return false;
		}
		MissedTicks missed = MissedMessage.read(body);
		if (this.tolerance.isAhead(missed.noticed())) {
			this.doubts.ahead(missed.noticed(), envelope.getRoutingKey(), properties);
		}
		else {
			this.chronicle.missed(missed);
			return true;
		}
		return false;
	}

	private boolean readCheckpoint(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		boolean trusted = isTrusted(envelope, properties);
		if (!trusted && !this.seals.isEmpty()) {
			this.doubts.distrusted(envelope.getRoutingKey(), properties);
			return false;
		}
		CheckpointMessage.Content content = CheckpointMessage.read(body);
		boolean newTerm = trusted && content.seal() != null && this.seals.remember(content.seal(), true);
		Checkpoint checkpoint = content.checkpoint();
		if (this.tolerance.isAhead(checkpoint.cursor().slot())) {
			passOver(checkpoint.cursor().slot(), envelope.getRoutingKey(), properties);
		}
		else {
			if (newTerm) {
				this.progress = null;
				this.passedOver = null;
				this.lastTick = null;
			}
			progress(checkpoint.cursor()).restore(checkpoint);
			this.checkpointRead = true;
			return true;
		}
		return false;
	}

	private void passOver(Instant slot, String key, AMQP.BasicProperties properties) {
		this.passedOver = (this.passedOver == null || slot.isBefore(this.passedOver)) ? slot : this.passedOver;
		this.doubts.ahead(slot, key, properties);
	}

	private Progress progress(Cursor first) {
		Progress known = (this.progress != null) ? this.progress : Progress.beforeAnyLeader(first);
		this.progress = known;
		return known;
	}

	/**
	 * Says whether something has been believed that is too far ahead: the clock has been
	 * set back since.
	 */
	public synchronized boolean isAhead() {
		return this.progress != null && this.tolerance.isAhead(this.progress.cursor().slot());
	}

	/**
	 * Says whether something has been passed over that is not too far ahead: the clock
	 * has been set forward since, or time has passed.
	 */
	synchronized boolean hasPassedOver() {
		return this.passedOver != null && !this.tolerance.isAhead(this.passedOver);
	}

	/** Forgets everything but the markers that somebody waits for. */
	synchronized void forget() {
		this.seals.clear();
		this.leader = null;
		this.lastTick = null;
		this.progress = null;
		this.checkpointRead = false;
		this.passedOver = null;
	}

	/**
	 * Forgets the seals, before reading begins further back. There, the marker or the
	 * checkpoint of each term comes again, before its ticks.
	 */
	synchronized void forgetSeals() {
		this.seals.clear();
	}

	/** Takes in whether records are read as they are published. */
	synchronized void live(boolean now) {
		this.reading = !now;
		this.chronicle.live(now);
	}

	/** Makes a marker known before it is published. */
	public synchronized void expect(String marker) {
		this.markers.put(marker, false);
	}

	/** Says whether an expected marker has been read; once it has, it is forgotten. */
	public synchronized boolean hasRead(String marker) {
		return this.markers.remove(marker, true);
	}

	/** Says that nobody waits for a marker any more. */
	public synchronized void forget(String marker) {
		this.markers.remove(marker);
	}

	/** Says whether a message bears the seal of one of the last terms. */
	public synchronized boolean isSealed(AMQP.BasicProperties properties) {
		return this.seals.isOneOn(properties);
	}

	/**
	 * Whether the marker of another leader has been read after that of a term. This is so
	 * for only one of two leaders, by the order of the stream.
	 */
	public synchronized boolean isSucceeded(Seal term) {
		return !this.reading && this.leader != null && !term.equals(this.leader) && this.seals.contains(term);
	}

	/** Returns the last tick that has been read; {@code null} if none has. */
	public synchronized @Nullable Cursor lastTick() {
		return this.lastTick;
	}

	/** Says whether a leader has ever left word. */
	public synchronized boolean knowsCheckpoint() {
		return this.checkpointRead;
	}

	/**
	 * Returns how many records but hellos have been read, to see whether reading goes on.
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

	/** Says whether the leaders last covered schedules that workers have registered. */
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
