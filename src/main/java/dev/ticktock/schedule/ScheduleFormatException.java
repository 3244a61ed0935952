package dev.ticktock.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where a line is not a schedule. The message names the event, quotes the line and
 * gives the reason.
 */
public final class ScheduleFormatException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String reason;

	ScheduleFormatException(String event, String line, String reason, @Nullable Throwable cause) {
		super("schedule \"%s\": \"%s\" is not a schedule: %s".formatted(event, line, reason), cause);
		this.reason = reason;
	}

	/**
	 * Returns the reason alone, for a message that quotes the line itself.
	 */
	public String reason() {
		return this.reason;
	}

}
