package dev.ticktock.discovery;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The key of a binding to a topic exchange: words with dots between them, where {@code *}
 * is any one word and {@code #} any number of words, also none.
 */
record TopicPattern(List<String> words) {

	private static final String ONE = "*";

	private static final String ANY = "#";

	static TopicPattern of(String key) {
		return new TopicPattern(words(key));
	}

	static List<String> words(String key) {
		return List.of(key.split("\\.", -1));
	}

	/** Says whether a key stands for more than one event. */
	static boolean hasWildcards(String key) {
		// Most keys have neither character, and there may be many of them.
		return (key.contains(ONE) || key.contains(ANY)) && of(key).hasWildcards();
	}

	private boolean hasWildcards() {
		return this.words.contains(ONE) || this.words.contains(ANY);
	}

	/** Returns the words that every event has that matches. */
	Stream<String> literals() {
		return this.words.stream().filter((word) -> !word.equals(ONE) && !word.equals(ANY)).distinct();
	}

	/** Returns what every event begins with that matches. */
	String prefix() {
		return this.words.stream()
			.takeWhile((word) -> !word.equals(ONE) && !word.equals(ANY))
			.collect(Collectors.joining("."));
	}

	/** Says whether a message with this routing key is delivered. */
	boolean matches(String event) {
		return matches(words(event));
	}

	/** Says whether a message is delivered whose routing key has these words. */
	boolean matches(List<String> given) {
		// matched[i]: whether the words of the pattern so far match the first i given.
		boolean[] matched = new boolean[given.size() + 1];
		matched[0] = true;
		for (String word : this.words) {
			boolean[] next = new boolean[matched.length];
			for (int i = 0; i < matched.length; i++) {
				if (word.equals(ANY)) {
					next[i] = matched[i] || (i > 0 && next[i - 1]);
				}
				else if (i > 0) {
					next[i] = matched[i - 1] && (word.equals(ONE) || word.equals(given.get(i - 1)));
				}
			}
			matched = next;
		}
		return matched[given.size()];
	}

}
