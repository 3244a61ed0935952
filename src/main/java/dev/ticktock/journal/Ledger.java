package dev.ticktock.journal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Quotable;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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

	private static final Logger logger = LoggerFactory.getLogger(Ledger.class);

	/** How many terms are told apart. */
	private static final int TERMS = 16;

	private final JournalDecoder decoder;

	private final ClockTolerance tolerance;

	private final Chronicle chronicle;

	private final Counter distrusted;

	private final Counter ahead;

	private final Throttle distrustedLines;

	private final Throttle aheadLines;

	/** Whether a checkpoint of each of the last terms has been read, in their order. */
	private final Map<String, Boolean> terms = new LinkedHashMap<>();

	/**
	 * How far each schedule is; {@code null} until a record of a leader has been read.
	 */
	private @Nullable Progress progress;

	private boolean checkpointRead;

	private boolean startedOver;

	/** The last tick that was read since the last marker; {@code null} if none was. */
	private @Nullable Cursor lastTick;

	/** The term of the last marker. */
	private @Nullable String leader;

	private boolean live = true;

	/** The first slot that was too far ahead to count; {@code null} if none was. */
	private @Nullable Instant passedOver;

	private long records;

	public Ledger(JournalDecoder decoder, ClockTolerance tolerance, List<JournalListener> listeners,
			MeterRegistry registry, Uptime uptime) {
		this.decoder = decoder;
		this.tolerance = tolerance;
		this.chronicle = new Chronicle(listeners, tolerance);
		this.distrusted = Counter.builder("ticktock.journal.distrusted")
			.description("Records of the journal that look like TickTock's and were published by another account.")
			.register(registry);
		this.ahead = Counter.builder("ticktock.journal.ahead")
			.description("Records of the journal that are too far ahead of the clock to count.")
			.register(registry);
		this.distrustedLines = new Throttle(uptime);
		this.aheadLines = new Throttle(uptime);
	}

	/** Takes a record in and returns it; {@code null} if it is from the future. */
	public synchronized @Nullable JournalRecord read(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		JournalRecord record = this.decoder.read(envelope, properties, body);
		this.records++;
		Instant instant = record.instant();
		if (instant != null && this.tolerance.isAhead(instant)) {
			passOver(record, instant, envelope.getRoutingKey(), properties);
			return null;
		}
		fold(record, envelope.getRoutingKey(), properties);
		this.chronicle.tell(properties, record);
		return record;
	}

	private void fold(JournalRecord record, String key, AMQP.BasicProperties properties) {
		if (record instanceof JournalRecord.Tick tick) {
			Cursor at = new Cursor(tick.slot(), tick.event());
			progress(at).published(tick.event(), tick.slot());
			this.lastTick = at.max((this.lastTick != null) ? this.lastTick : at);
		}
		else if (record instanceof JournalRecord.Marker marker && marker.term() != null) {
			if (!marker.term().equals(this.leader)) {
				this.lastTick = null;
			}
			remember(marker.term(), false);
			this.leader = marker.term();
		}
		else if (record instanceof JournalRecord.CheckpointRecord written) {
			if (remember(written.term(), true)) {
				this.progress = null;
				this.passedOver = null;
			}
			progress(written.checkpoint().cursor()).restore(written.checkpoint());
			this.checkpointRead = true;
		}
		else if (record instanceof JournalRecord.Added added && this.progress != null) {
			this.progress.add(added.part());
		}
		else if (record instanceof JournalRecord.Skipped skipped && this.progress != null) {
			this.progress.skipped(skipped.skipping().slots());
		}
		else if (record instanceof JournalRecord.Distrusted) {
			distrust(key, properties);
		}
		else if (record instanceof JournalRecord.Unreadable unreadable) {
			logger.warn("Ignoring a journal record that cannot be read: {}", unreadable.problem());
		}
	}

	/** Returns whether this is the first checkpoint of the term. */
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
		this.ahead.increment();
		this.aheadLines.take((more) -> logger.error(
				"Ignoring a {} with key \"{}\" and id \"{}\" in the journal: it says {}, and the clock here says {}. Set the clocks of all replicas by NTP; see ticktock.leader.clock-tolerance{}",
				printable(properties.getType()), printable(key), printable(properties.getMessageId()), instant,
				this.tolerance.clock().instant(), Throttle.more(more)));
	}

	private void distrust(String key, AMQP.BasicProperties properties) {
		this.distrusted.increment();
		this.distrustedLines.take((more) -> logger.warn(
				"Ignoring a message with key \"{}\" and id \"{}\" in the journal: it is marked as a {} of TickTock, but its account, \"{}\", is not trusted. If replicas use that account, add it to ticktock.leader.trusted-users{}",
				printable(key), printable(properties.getMessageId()), printable(properties.getType()),
				printable(properties.getUserId()), Throttle.more(more)));
	}

	private static String printable(@Nullable String text) {
		return (text != null) ? Quotable.of(text) : "";
	}

	private Progress progress(Cursor first) {
		if (this.progress == null) {
			this.progress = Progress.beforeAnyLeader(first);
		}
		return this.progress;
	}

	/** Whether what counted is too far ahead: the clock has been set back since. */
	public synchronized boolean isAhead() {
		return this.progress != null && this.tolerance.isAhead(this.progress.latest());
	}

	/** Whether what was too far ahead would count by now. */
	synchronized boolean hasPassedOver() {
		return this.passedOver != null && !this.tolerance.isAhead(this.passedOver);
	}

	synchronized void forget() {
		this.terms.clear();
		this.leader = null;
		this.lastTick = null;
		this.progress = null;
		this.checkpointRead = false;
		this.passedOver = null;
	}

	/** Takes in that the records to come are not those before, whatever their offsets. */
	synchronized void startOver() {
		this.chronicle.startOver();
		this.startedOver = true;
	}

	/**
	 * Returns, once, whether another stream, or one that has lost its end, has taken the
	 * place of the one before: it may lack the checkpoint.
	 */
	public synchronized boolean hasStartedOver() {
		boolean before = this.startedOver;
		this.startedOver = false;
		return before;
	}

	/** Takes in whether records are read as they are published, and do not come again. */
	synchronized void live(boolean now) {
		this.live = now;
		this.chronicle.live(now);
	}

	public synchronized boolean hasRead(String term) {
		return this.terms.containsKey(term);
	}

	/** Whether the marker of a newer leader has been read. Of two, this is so for one. */
	public synchronized boolean isSucceeded(String term) {
		return this.live && this.leader != null && !term.equals(this.leader) && this.terms.containsKey(term);
	}

	/**
	 * Returns the last tick since the last leader began; {@code null} if there is none.
	 */
	public synchronized @Nullable Cursor lastTick() {
		return this.lastTick;
	}

	public synchronized long records() {
		return this.records;
	}

	/** Returns the last tick published, as far as is known; {@code null} if none is. */
	public synchronized @Nullable Cursor cursor() {
		return (this.progress != null) ? this.progress.cursor() : null;
	}

	/**
	 * Returns how far everything is at the beginning of a term; {@code null} if nothing
	 * is known. Without a checkpoint, configured schedules are due since this replica has
	 * started.
	 */
	public synchronized @Nullable Progress forTerm(Instant started) {
		if (this.progress == null) {
			return null;
		}
		if (this.checkpointRead) {
			return this.progress.copy();
		}
		Instant since = this.tolerance.isAhead(started) ? this.tolerance.clock().instant() : started;
		return Progress.beforeAnyLeader(this.progress.cursor().max(Cursor.at(since)));
	}

	/** Returns the definition that leaders covered; {@code null} if they did not. */
	public synchronized @Nullable String coveredAs(String event) {
		return (this.progress != null) ? this.progress.definitionOf(event) : null;
	}

	/** Returns until when leaders have done it; {@code null} if it is not covered. */
	public synchronized @Nullable Instant doneUntil(Schedule schedule) {
		return (this.progress != null) ? this.progress.doneUntil(schedule) : null;
	}

	/**
	 * Returns what the leader has on hold; {@code null} if no checkpoint has been read
	 * that says so.
	 */
	public synchronized @Nullable Holds holds() {
		return (this.progress != null) ? this.progress.holds() : null;
	}

	public synchronized boolean coversRegistered() {
		return this.progress != null && this.progress.hasRegistered();
	}

	/** Returns the events whose configured schedules differ from those of the leader. */
	public synchronized Set<String> differences(Schedules schedules) {
		return (this.progress != null && this.checkpointRead) ? this.progress.differences(schedules) : Set.of();
	}

}
