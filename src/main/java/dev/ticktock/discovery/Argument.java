package dev.ticktock.discovery;

/**
 * What a worker has written as one argument of its binding.
 *
 * @param kind what it is
 * @param text the text, or the number in digits; empty for anything else
 */
public record Argument(Kind kind, String text) {

	/** The longest text that is looked at, in characters. */
	static final int LONGEST = 1000;

	/**
	 * Returns the argument that a value of AMQP is.
	 */
	static Argument of(Object value) {
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
