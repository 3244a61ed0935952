package dev.ticktock.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where something is not a schedule. The message names the event, quotes the value
 * and gives the reason and the remedy.
 */
public final class ScheduleFormatException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final Part part;

	private final String value;

	private final String reason;

	private final String remedy;

	ScheduleFormatException(String event, Part part, String value, String reason, @Nullable Throwable cause) {
		this(event, part, value, reason, part.remedy, cause);
	}

	ScheduleFormatException(String event, Part part, String value, String reason, String remedy,
			@Nullable Throwable cause) {
		super("schedule \"%s\": %s\"%s\" %s: %s. %s".formatted(Quotable.of(event), part.prefix, Quotable.of(value),
				part.verdict, reason, remedy), cause);
		this.part = part;
		this.value = value;
		this.reason = reason;
		this.remedy = remedy;
	}

	Part part() {
		return this.part;
	}

	String value() {
		return this.value;
	}

	/** Returns the reason alone, for a message that quotes the value itself. */
	public String reason() {
		return this.reason;
	}

	/** Returns what to do about it, as a sentence. */
	public String remedy() {
		return this.remedy;
	}

	enum Part {

		EVENT("", "cannot be scheduled", "Use words separated by dots, such as \"report.nightly\"."),

		LINE("", "is not a schedule",
				"Use six fields from second to day of week, such as \"0 */15 * * * *\", five without the second, such as \"30 2 * * *\", or \"@every 45m\"."),

		ZONE("zone ", "cannot be used",
				"Use the name of a region such as \"Europe/Oslo\", an offset such as \"+02:00\", or \"UTC\"."),

		FROM("from ", "cannot be used", Part.INSTANT),

		UNTIL("until ", "cannot be used", Part.INSTANT),

		DATA("data ", "cannot be carried", "Use a text of at most 4096 bytes, such as the name of a file."),

		VALIDITY("validity ", "cannot be used",
				"Use a duration such as \"90s\", \"30m\" or \"12h\", from 1 s to 3650 days.");

		private static final String INSTANT = "Use an instant such as \"2026-12-01T09:00:00+01:00\", a local time such as \"2026-12-01T09:00\", or a day such as \"2026-12-01\".";

		private final String prefix;

		private final String verdict;

		private final String remedy;

		Part(String prefix, String verdict, String remedy) {
			this.prefix = prefix;
			this.verdict = verdict;
			this.remedy = remedy;
		}

	}

}
