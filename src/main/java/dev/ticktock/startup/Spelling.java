package dev.ticktock.startup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Finds what somebody probably meant. Not safe for use by several threads.
 */
public final class Spelling {

	/** More changes than these make another word, however long. */
	private static final int MOST_CHANGES = 6;

	/** How much effort one word is worth, in comparisons of two characters. */
	private static final int EFFORT = 5_000_000;

	/** The known words by their length. */
	private final Map<Integer, List<Word>> known = new TreeMap<>();

	private int effort;

	/**
	 * Creates a dictionary.
	 */
	public Spelling(Collection<String> known) {
		known.forEach((text) -> this.known.computeIfAbsent(text.length(), (length) -> new ArrayList<>())
			.add(new Word(text, letters(text))));
	}

	/** Returns which letters a text has, as bits; some share one. */
	private static long letters(String text) {
		long letters = 0;
		for (int i = 0; i < text.length(); i++) {
			letters |= 1L << (text.charAt(i) & 63);
		}
		return letters;
	}

	/**
	 * Returns the known word that the fewest changes of one character lead to;
	 * {@code null} if none is close.
	 */
	public @Nullable String nearest(String text) {
		this.effort = EFFORT;
		String nearest = null;
		int fewest = Math.min(Math.max(2, text.length() / 3), MOST_CHANGES) + 1;
		long letters = letters(text);
		for (int distance = 0; distance < fewest; distance++) {
			for (int length : (distance == 0) ? new int[] { text.length() }
					: new int[] { text.length() - distance, text.length() + distance }) {
				for (Word word : this.known.getOrDefault(length, List.of())) {
					this.effort--;
					if (isClose(letters, word.letters(), fewest) && this.effort > 0) {
						int changes = changes(text, word.text(), fewest);
						if (changes < fewest) {
							fewest = changes;
							nearest = word.text();
						}
					}
				}
			}
		}
		return nearest;
	}

	/** Each letter that only one of them has is a change. */
	private static boolean isClose(long one, long other, int fewest) {
		return Long.bitCount(one & ~other) < fewest && Long.bitCount(other & ~one) < fewest;
	}

	/** The Levenshtein distance, as far as it is below a bound. */
	private int changes(String one, String other, int bound) {
		int[] row = new int[other.length() + 1];
		for (int j = 0; j <= other.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			// More than the bound away from the diagonal, it has been exceeded.
			int from = Math.max(1, i - bound);
			int to = Math.min(other.length(), i + bound);
			int diagonal = row[from - 1];
			row[from - 1] = (from == 1) ? i : bound;
			int least = row[from - 1];
			for (int j = from; j <= to; j++) {
				int replaced = diagonal + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
				least = Math.min(least, row[j]);
			}
			this.effort -= to - from + 1;
			if (least >= bound) {
				return bound;
			}
			if (to < other.length()) {
				Arrays.fill(row, to + 1, Math.min(other.length(), to + 1) + 1, bound);
			}
		}
		return row[other.length()];
	}

	private record Word(String text, long letters) {

	}

}
