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
 * The position at which the journal is read. Reading begins an hour back, by the broker's
 * clock, and again at the first record if there was no checkpoint. After a disconnection
 * it goes on at the offset of the last record that counted, whatever a clock shows and
 * however long the process was suspended. That same record has to come first. If another
 * one does, because the stream is a new one, or has lost its end, or has dropped that
 * record, reading begins an hour back again. A record that cannot be read is stepped
 * over. Safe for use by several threads.
 */
final class Position {

	private static final Logger logger = LoggerFactory.getLogger(Position.class);

	private static final Duration FIRST = Duration.ofHours(1);

	private static final long NOWHERE = -2;

	private final Throttle lines;

	/** How far back reading begins; {@code null} for the first record. */
	private @Nullable Duration back = FIRST;

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

	Position(Uptime uptime) {
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
	 * Takes in that a record has been read.
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

	/** Takes in that a checkpoint that counts has been read. */
	synchronized void readCheckpoint() {
		this.checkpoint = true;
	}

	/** Whether reading, having caught up, has to begin again at the first record. */
	synchronized boolean isIncomplete() {
		return !this.checkpoint && this.back != null && !this.shortened;
	}

	/** Begins again at the first record. */
	synchronized void rewind() {
		forget();
		this.back = null;
	}

	/** Begins again as at the start. */
	synchronized void forget() {
		this.back = FIRST;
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
	 * Takes in that reading has failed at the record after the last one. If it has failed
	 * there before, or the record is known to be the reason, reading goes on after it. If
	 * no record has been read, its offset is not known, and reading begins nearer to the
	 * present.
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
		this.back = (this.back != null) ? this.back.dividedBy(2) : FIRST;
		this.shortened = true;
		logger.warn("Reading the journal from {} on, because a record before it cannot be read ({})", offset(), reason);
	}

	private static long offset(AMQP.BasicProperties properties) {
		Long offset = Chronicle.offset(properties);
		return (offset != null) ? offset : -1;
	}

}
