package dev.ticktock.startup;

import java.util.Collection;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Finds the known word that was probably meant.
 */
public final class Spelling {

	/** More changes than these make another word, however long. */
	private static final int MOST_CHANGES = 6;

	/** The effort for one word, in comparisons of two characters. */
	private static final int EFFORT = 20_000_000;

	private Spelling() {
	}

	/**
	 * Returns the known word that the fewest changes of one character lead to;
	 * {@code null} if none is close.
	 */
	public static @Nullable String nearest(String text, Collection<String> known) {
		String nearest = null;
		int fewest = Math.min(Math.max(2, text.length() / 3), MOST_CHANGES) + 1;
		int effort = EFFORT;
		for (String word : known) {
			if (Math.abs(word.length() - text.length()) < fewest && effort > 0) {
				effort -= word.length() * text.length();
				int changes = changes(text, word);
				if (changes < fewest) {
					fewest = changes;
					nearest = word;
				}
			}
		}
		return nearest;
	}

	/** Returns the Levenshtein distance. */
	private static int changes(String one, String other) {
		int[] row = IntStream.rangeClosed(0, other.length()).toArray();
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				int changed = diagonal + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(changed, Math.min(row[j - 1], diagonal) + 1);
			}
		}
		return row[other.length()];
	}

}
