package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/**
 * An event, when it is due, and how long its ticks are worth running.
 *
 * @param event the name, and the routing key of the ticks: 1 to 255 bytes of UTF-8
 * @param line the timing as it was written
 * @param timing the slots
 * @param validity how long a tick is worth running
 */
public record Schedule(String event, String line, Timing timing, Validity validity) {

	/** The longest routing key that AMQP can carry, in bytes of UTF-8. */
	public static final int LONGEST_EVENT = 255;

	/**
	 * Parses a schedule.
	 * @param zone the time zone of a line that names none
	 * @throws ScheduleFormatException if the event is no event, the line no timing, or
	 * the line never comes due
	 */
	public static Schedule parse(String event, String line, ZoneId zone, Validity validity) {
		int length = event.getBytes(StandardCharsets.UTF_8).length;
		if (length < 1 || length > LONGEST_EVENT) {
			throw new ScheduleFormatException(event, line,
					"its event has %d bytes and is a routing key of 1 to %d".formatted(length, LONGEST_EVENT), null);
		}
		return new Schedule(event, line, TimingParser.parse(event, line, zone), validity);
	}

	/**
	 * Returns what the slots follow from: two schedules with the same definition are due
	 * at the same slots.
	 */
	public String definition() {
		return this.timing.definition(this.line);
	}

	/**
	 * Returns the tick of one slot.
	 * @param previous the slot before; {@code null} if there is none
	 * @param next the slot after; {@code null} if there is none
	 */
	Tick tick(Instant slot, @Nullable Instant previous, @Nullable Instant next) {
		return new Tick(this.event, slot, previous, next, this.validity.until(slot, next));
	}

}
