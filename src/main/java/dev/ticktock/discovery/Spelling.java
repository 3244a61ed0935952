package dev.ticktock.discovery;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds what somebody probably meant.
 */
final class Spelling {

	private Spelling() {
	}

	/**
	 * Returns the known word that the fewest changes of one character lead to;
	 * {@code null} if none is close.
	 */
	static @Nullable String nearest(String word, Set<String> known) {
		String nearest = null;
		int fewest = Math.max(2, word.length() / 3) + 1;
		for (String each : known) {
			if (Math.abs(each.length() - word.length()) < fewest) {
				int changes = changes(word, each);
				if (changes < fewest) {
					fewest = changes;
					nearest = each;
				}
			}
		}
		return nearest;
	}

	/** The Levenshtein distance. */
	private static int changes(String one, String other) {
		int[] row = new int[other.length() + 1];
		for (int j = 0; j <= other.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				int replaced = diagonal + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[other.length()];
	}

}
