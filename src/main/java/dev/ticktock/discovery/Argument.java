package dev.ticktock.discovery;

import org.jspecify.annotations.Nullable;

/**
 * What a worker has written as one argument of its binding.
 *
 * @param kind what it is
 * @param text the text, or the number in digits; empty for anything else
 */
public record Argument(Kind kind, String text) {

	/** The longest text that is looked at, in characters. */
	static final int LONGEST = 1000;

	/** AMQP's void, as the management API writes it. */
	private static final String VOID = "undefined";

	/**
	 * Returns the argument for a value of AMQP; {@code null} for no value.
	 */
	static @Nullable Argument of(@Nullable Object value) {
		if (value == null || VOID.equals(value)) {
			return null;
		}
		if (value instanceof CharSequence text) {
			return (text.length() > LONGEST) ? new Argument(Kind.TOO_LONG, "")
					: new Argument(Kind.TEXT, text.toString());
		}
		return (value instanceof Number number) ? new Argument(Kind.NUMBER, number.toString())
				: new Argument(Kind.OTHER, "");
	}

	/**
	 * What an argument can be.
	 */
	public enum Kind {

		/** A text. */
		TEXT,

		/** A number. */
		NUMBER,

		/** A text that is longer than any schedule. */
		TOO_LONG,

		/** A list, a table, a truth value. */
		OTHER

	}

}
