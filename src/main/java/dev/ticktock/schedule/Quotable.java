package dev.ticktock.schedule;

import java.util.regex.Pattern;

/**
 * Makes texts of workers and of the configuration fit to be quoted in one line of a log
 * or a message.
 */
public final class Quotable {

	private static final int LONGEST = 255;

	/**
	 * Also what begins a line elsewhere, turns the direction of a text, or is half a
	 * character.
	 */
	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

	private Quotable() {
	}

	/**
	 * Returns a text without characters that are not printed, and at most 255 characters
	 * of it and an ellipsis.
	 */
	public static String of(String text) {
		boolean whole = text.length() <= LONGEST;
		String first = whole ? text : text.substring(0, LONGEST);
		return UNPRINTABLE.matcher(first).replaceAll("\ufffd") + (whole ? "" : "…");
	}

}
