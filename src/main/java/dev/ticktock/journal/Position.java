package dev.ticktock.journal;

import java.time.Duration;
import java.util.List;

import com.rabbitmq.client.AMQP;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The position at which the journal is read. Reading begins two minutes back, by the
 * broker's clock, then further, up to an hour, then at the first record, until there was
 * a checkpoint or the first record of the stream. After a disconnection it goes on at the
 * offset of the last record that has an id, independently of clocks and of suspensions of
 * the process. That same record has to come first. If another one does, because the
 * stream is a new one, or has lost its end, or has dropped that record, reading begins as
 * at the start. A record that cannot be read is stepped over. Safe for use by several
 * threads.
 */
final class Position {

	private static final Logger logger = LoggerFactory.getLogger(Position.class);

	static final Duration NEAR = Duration.ofMinutes(2);

	/**
	 * A leader writes a checkpoint every ten minutes, and more often with many records.
	 */
	private static final List<Duration> FURTHER = List.of(Duration.ofMinutes(5), Duration.ofMinutes(11),
			Duration.ofHours(1));

	/** How far back reading begins at first; {@code null} for the first record. */
	private final @Nullable Duration start;

	/** How long the stream keeps records. */
	private final Duration retention;

	private final Throttle lines;

	private @Nullable Duration back;

	/** Whether nothing further back is needed, or none of it can be read. */
	private boolean complete;

	/** The offset that reading has begun with; negative before. */
	private long first = -1;

	/** The offset of the next record; negative if it is not known. */
	private long next = -1;

	/** The last record that has an id; {@code null} if none had. */
	private AMQP.@Nullable BasicProperties anchor;

	Position(@Nullable Duration start, Duration retention, Uptime uptime) {
		this.start = start;
		this.retention = retention;
		this.lines = new Throttle(uptime);
		forget();
	}

	/** Returns the offset of a record; -1 if it has none. */
	static long offset(AMQP.BasicProperties properties) {
		Object offset = (properties.getHeaders() != null) ? properties.getHeaders().get("x-stream-offset") : null;
		return (offset instanceof Number number) ? number.longValue() : -1;
	}

	/** Returns the argument {@code x-stream-offset} of the next reading. */
	synchronized Object offset() {
		if (isKnown()) {
			return (this.anchor != null) ? offset(this.anchor) : this.next;
		}
		if (this.back == null) {
			return "first";
		}
		return (this.back.toSeconds() > 0) ? this.back.toSeconds() + "s" : "next";
	}

	synchronized boolean isKnown() {
		return this.next >= 0;
	}

	/** Returns whether the first record of a reading is one that it may begin with. */
	synchronized boolean isAt(AMQP.BasicProperties properties) {
		return (this.anchor != null) ? properties.equals(this.anchor) : offset(properties) >= this.next;
	}

	synchronized void read(AMQP.BasicProperties properties) {
		long offset = offset(properties);
		// The stream is a new one if its first record comes.
		this.first = (this.first < 0 || offset == 0) ? offset : this.first;
		this.complete |= offset == 0;
		this.next = Math.max(this.next, offset + 1);
		if (offset >= 0 && properties.getMessageId() != null) {
			this.anchor = properties;
		}
	}

	synchronized long first() {
		return this.first;
	}

	synchronized long next() {
		return this.next;
	}

	synchronized void readCheckpoint() {
		this.complete = true;
	}

	/** Returns whether reading, having caught up, has to begin again further back. */
	synchronized boolean isIncomplete() {
		return !this.complete;
	}

	synchronized void rewind() {
		Duration from = this.back;
		begin(FURTHER.stream().filter((each) -> from != null && each.compareTo(from) > 0).findFirst().orElse(null));
	}

	/** Begins again as at the start. */
	final synchronized void forget() {
		begin(this.start);
	}

	private void begin(@Nullable Duration further) {
		this.back = further;
		this.complete = further == null;
		this.next = -1;
		this.anchor = null;
	}

	/**
	 * Goes on after the next record, which cannot be read. If none has been read before,
	 * its offset is not known, and reading begins further back; if it is the first record
	 * of all, nearer to the present.
	 */
	synchronized void stepOver(String reason) {
		if (isKnown()) {
			this.lines.take((before) -> logger.warn(
					"Passing over the record at offset {} of the journal: it cannot be read ({}){}", this.next, reason,
					Throttle.more(before)));
			this.next++;
			this.anchor = null;
		}
		else if (!this.complete) {
			rewind();
		}
		else {
			this.back = ((this.back != null) ? this.back : this.retention).dividedBy(2);
			logger.warn("Reading the journal from {} on, because a record before it cannot be read ({})", offset(),
					reason);
		}
	}

	/** Goes on after the last record, which has met a fault of TickTock. */
	synchronized void failed(RuntimeException fault) {
		this.lines
			.take((before) -> logger.error("Unexpected failure; passing over the record at offset {} of the journal{}",
					this.next - 1, Throttle.more(before), fault));
	}

}
