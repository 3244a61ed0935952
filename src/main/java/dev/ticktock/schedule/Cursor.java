package dev.ticktock.schedule;

import java.time.Instant;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * The last tick published: everything at or before it, in the order of slot and event, is
 * done.
 *
 * @param slot the slot of that tick
 * @param event the event of that tick; {@code null} if every event of the slot is done
 */
public record Cursor(Instant slot, @Nullable String event) implements Comparable<Cursor> {

	private static final Comparator<Cursor> ORDER = Comparator.comparing(Cursor::slot)
		.thenComparing(Cursor::event, Comparator.nullsLast(Comparator.naturalOrder()));

	/** Returns the cursor behind every slot up to and including an instant. */
	public static Cursor at(Instant instant) {
		return new Cursor(instant, null);
	}

	@Override
	public int compareTo(Cursor other) {
		return ORDER.compare(this, other);
	}

	public Cursor max(Cursor other) {
		return (compareTo(other) < 0) ? other : this;
	}

	/** Returns the instant up to which every slot of an event is done. */
	public Instant doneOf(String event) {
		return (compareTo(new Cursor(this.slot, event)) >= 0) ? this.slot : this.slot.minusNanos(1);
	}

	/** As people read it in the log: {@code event@slot}, or the instant alone. */
	@Override
	public String toString() {
		return (this.event != null) ? this.event + "@" + this.slot : this.slot.toString();
	}

}
