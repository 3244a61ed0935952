package dev.ticktock.journal;

import java.time.Duration;
import java.util.Objects;

import com.rabbitmq.client.AMQP;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;

/**
 * The position at which the journal is read. Reading begins five minutes back, by the
 * broker's clock, then an hour, then at the first record, until there was a checkpoint.
 * After a disconnection it goes on at the offset of the last record that counted,
 * independently of clocks and of suspensions of the process. That same record has to come
 * first. If another one does, because the stream is a new one, or has lost its end, or
 * has dropped that record, reading begins five minutes back again. A record that cannot
 * be read is stepped over. Safe for use by several threads.
 */
final class Position {

	private static final Logger logger = LoggerFactory.getLogger(Position.class);

	private static final Duration NEAR = Duration.ofMinutes(5);

	private static final Duration FAR = Duration.ofHours(1);

	private static final long NOWHERE = -2;

	private final Duration retention;

	private final Throttle lines;

	/** How far back reading begins; {@code null} for the first record. */
	private @Nullable Duration back = NEAR;

	/** Whether records further back cannot be read. */
	private boolean shortened;

	/** Whether a checkpoint has been read since reading began. */
	private boolean checkpoint;

	/** The offset after that of the last record read; negative if none was. */
	private long next = -1;

	/** The offset of the last record that counted and has an id; negative if none did. */
	private long anchor = -1;

	/** That record; {@code null} if there is none. */
	private AMQP.@Nullable BasicProperties anchored;

	/** The {@link #next} at which reading has failed. */
	private long failedAt = NOWHERE;

	/**
	 * Creates a position five minutes back.
	 * @param retention how long the stream keeps records
	 */
	Position(Duration retention, Uptime uptime) {
		this.retention = retention;
		this.lines = new Throttle(uptime, Duration.ofMinutes(1));
	}

	/** Returns the argument {@code x-stream-offset} of the next reading. */
	synchronized Object offset() {
		if (isKnown()) {
			return (this.anchor >= 0) ? this.anchor : this.next;
		}
		if (this.back == null) {
			return "first";
		}
		return this.back.toSeconds() > 0 ? this.back.toSeconds() + "s" : "next";
	}

	/** Whether reading goes on where it was. */
	synchronized boolean isKnown() {
		return this.next >= 0;
	}

	/** Whether the first record of a reading is one that it may begin with. */
	synchronized boolean isAt(AMQP.BasicProperties properties) {
		long offset = offset(properties);
		return (this.anchored == null) ? offset >= this.next
				: offset == this.anchor && Objects.equals(properties.getMessageId(), this.anchored.getMessageId())
						&& Objects.equals(properties.getCorrelationId(), this.anchored.getCorrelationId());
	}

	/**
	 * Notes that a record has been read.
	 * @param counts whether it counts, so that no other record has its ids
	 */
	synchronized void read(AMQP.BasicProperties properties, boolean counts) {
		long offset = offset(properties);
		this.next = Math.max(this.next, offset + 1);
		if (counts && offset >= 0 && properties.getMessageId() != null) {
			this.anchor = offset;
			this.anchored = properties;
		}
	}

	/** Notes that a checkpoint that counts has been read. */
	synchronized void readCheckpoint() {
		this.checkpoint = true;
	}

	/** Whether reading, having caught up, has to begin again further back. */
	synchronized boolean isIncomplete() {
		return !this.checkpoint && this.back != null && !this.shortened;
	}

	/** Begins again further back. */
	synchronized void rewind() {
		Duration further = NEAR.equals(this.back) ? FAR : null;
		forget();
		this.back = further;
	}

	/** Begins again as at the start. */
	synchronized void forget() {
		this.back = NEAR;
		this.shortened = false;
		this.checkpoint = false;
		this.next = -1;
		leave();
		this.failedAt = NOWHERE;
	}

	private void leave() {
		this.anchor = -1;
		this.anchored = null;
	}

	/**
	 * Notes that reading has failed at the record after the last one. If it has failed
	 * there before, or the record is known to be the reason, reading goes on after it. If
	 * no record has been read, its offset is not known, and reading begins further back;
	 * if it is the first record of all, nearer to the present.
	 * @param certain whether the record is known to be the reason
	 */
	synchronized void fail(boolean certain, String reason) {
		if (!certain && this.failedAt != this.next) {
			this.failedAt = this.next;
			return;
		}
		this.failedAt = NOWHERE;
		if (isKnown()) {
			this.lines.take((before) -> logger.warn(
					"Passing over the record at offset {} of the journal, and {} before: it cannot be read ({})",
					this.next, before, reason));
			this.next++;
			leave();
			return;
		}
		if (this.back != null && !this.shortened) {
			rewind();
		}
		else {
			this.back = ((this.back != null) ? this.back : this.retention).dividedBy(2);
			this.shortened = true;
			logger.warn("Reading the journal from {} on, because a record before it cannot be read ({})", offset(),
					reason);
		}
	}

	private static long offset(AMQP.BasicProperties properties) {
		Long offset = Chronicle.offset(properties);
		return (offset != null) ? offset : -1;
	}

}
