package dev.ticktock.journal;

import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.JournalRecord;
import org.jspecify.annotations.Nullable;

/**
 * Hands the records that count to listeners. A record that is read again after a
 * disconnection is recognized by its offset, and handed on once. Called by one thread at
 * a time.
 */
final class Chronicle {

	private final List<JournalListener> listeners;

	private final ClockTolerance tolerance;

	/** The offset of the last record that was handed on. */
	private long last = -1;

	private boolean live;

	/** When the last tick was published: about when what follows it was. */
	private @Nullable Instant time;

	Chronicle(List<JournalListener> listeners, ClockTolerance tolerance) {
		this.listeners = List.copyOf(listeners);
		this.tolerance = tolerance;
	}

	/** Takes in whether records arrive as they are published. */
	void live(boolean now) {
		this.live = now;
	}

	void startOver() {
		this.last = -1;
	}

	/** Hands on a record, unless it has been handed on or lies in the future. */
	void tell(AMQP.BasicProperties properties, JournalRecord record) {
		long offset = Position.offset(properties);
		// The first of all is the first of another stream, or comes because all is read.
		if (offset > 0 && offset <= this.last) {
			return;
		}
		this.last = offset;
		Instant instant = record.instant();
		if (instant == null || !this.tolerance.isAhead(instant)) {
			if (record instanceof JournalRecord.Tick tick) {
				this.time = (tick.published() != null) ? tick.published() : tick.slot();
			}
			Instant at = at(record);
			this.listeners.forEach((listener) -> listener.take(record, at));
		}
	}

	private Instant at(JournalRecord record) {
		Instant now = this.tolerance.clock().instant();
		Instant written = (record instanceof JournalRecord.Replica replica) ? replica.info().at() : this.time;
		return (!this.live && written != null && written.isBefore(now)) ? written : now;
	}

}
