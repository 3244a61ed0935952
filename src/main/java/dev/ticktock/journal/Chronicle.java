package dev.ticktock.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands listeners the records that one reading of the journal has found to count. Records
 * that come in again, after a disconnection, are told once: each has its offset in the
 * stream. A listener that fails does not end the reading. Called by one thread at a time,
 * but for {@link #first()}.
 */
public final class Chronicle {

	private static final Logger logger = LoggerFactory.getLogger(Chronicle.class);

	private static final String OFFSET = "x-stream-offset";

	private final List<JournalRecords> listeners;

	private final Clock clock;

	private final Throttle failures;

	/** The offset of the last record that was handed on. */
	private long last = -1;

	private volatile long first = Long.MAX_VALUE;

	private boolean fresh;

	private boolean live;

	/** When the last tick was published: about when what follows it was. */
	private @Nullable Instant time;

	public Chronicle(List<JournalRecords> listeners, Clock clock, Uptime uptime) {
		this.listeners = List.copyOf(listeners);
		this.clock = clock;
		this.failures = new Throttle(uptime, Duration.ofMinutes(1));
	}

	/** Returns the offset at which reading began; the largest number if none came. */
	long first() {
		return this.first;
	}

	/** Takes in whether records arrive as they are published. */
	void live(boolean now) {
		this.live = now;
	}

	/** Begins the next record. */
	void next(AMQP.BasicProperties properties) {
		Long offset = offset(properties);
		if (offset == null) {
			this.fresh = true;
			return;
		}
		// The first of all is the first of another stream, or comes because all is read.
		this.fresh = offset > this.last || offset == 0;
		this.last = this.fresh ? offset : this.last;
		this.first = (this.first == Long.MAX_VALUE || offset == 0) ? offset : this.first;
	}

	static @Nullable Long offset(AMQP.BasicProperties properties) {
		Object offset = (properties.getHeaders() != null) ? properties.getHeaders().get(OFFSET) : null;
		return (offset instanceof Number number) ? number.longValue() : null;
	}

	/** Hands on a record that counts. */
	void tell(JournalRecord record) {
		if (!this.fresh) {
			return;
		}
		if (record instanceof JournalRecord.Tick tick) {
			this.time = (tick.published() != null) ? tick.published() : tick.slot();
			tell((listener) -> listener.tick(tick));
		}
		else if (record instanceof JournalRecord.ByHand message) {
			Instant at = about();
			tell((listener) -> listener.byHand(message.event(), at));
		}
		else if (record instanceof JournalRecord.Skipped slots) {
			tell((listener) -> listener.skipped(slots.skipping()));
		}
		else if (record instanceof JournalRecord.Missed missed) {
			Instant at = about();
			tell((listener) -> listener.missed(missed, at));
		}
		else if (record instanceof JournalRecord.Replica replica) {
			Instant now = this.clock.instant();
			Instant at = (!this.live && replica.info().at().isBefore(now)) ? replica.info().at() : now;
			tell((listener) -> listener.replica(replica.info(), at));
		}
	}

	/** Returns about when the record was published. */
	private Instant about() {
		return (!this.live && this.time != null) ? this.time : this.clock.instant();
	}

	private void tell(Consumer<JournalRecords> news) {
		for (JournalRecords listener : this.listeners) {
			try {
				news.accept(listener);
			}
			catch (RuntimeException ex) {
				this.failures.take((before) -> logger
					.error("Unexpected failure; the history lacks a record, and {} before", before, ex));
			}
		}
	}

}
