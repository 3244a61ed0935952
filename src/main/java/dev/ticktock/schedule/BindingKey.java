package dev.ticktock.schedule;

import java.util.BitSet;
import java.util.stream.Stream;

/**
 * A key by which something is bound to a topic exchange: words with dots between them,
 * where {@code *} is any one word and {@code #} any number of words, also none.
 */
public final class BindingKey {

	private static final String ONE = "*";

	private static final String ANY = "#";

	private BindingKey() {
	}

	/** Whether a key stands for more than one event. */
	public static boolean hasWildcards(String key) {
		return (key.contains(ONE) || key.contains(ANY))
				&& Stream.of(words(key)).anyMatch((word) -> word.equals(ONE) || word.equals(ANY));
	}

	/** Whether a topic exchange routes an event of some words by a key. */
	public static boolean matches(String key, String... event) {
		// How many words of the event the key's words so far may take.
		BitSet reached = new BitSet();
		reached.set(0);
		for (int from = 0; from <= key.length() && !reached.isEmpty(); from = end(key, from) + 1) {
			String word = key.substring(from, end(key, from));
			if (word.equals(ANY)) {
				reached.set(reached.nextSetBit(0), event.length + 1);
				continue;
			}
			BitSet next = new BitSet();
			for (int i = reached.nextSetBit(0); i >= 0 && i < event.length; i = reached.nextSetBit(i + 1)) {
				next.set(i + 1, word.equals(ONE) || word.equals(event[i]));
			}
			reached = next;
		}
		return reached.get(event.length);
	}

	private static int end(String key, int from) {
		int dot = key.indexOf('.', from);
		return (dot >= 0) ? dot : key.length();
	}

	public static String[] words(String key) {
		return key.split("\\.", -1);
	}

}
