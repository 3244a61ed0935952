package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Finds the bindings with wildcards that match an event without comparing it with all of
 * them: each key is filed under that one of its words which the fewest keys have, and an
 * event that matches has that word too. Immutable.
 */
final class TopicPatterns {

	/** Where a key is filed that consists of wildcards. No word of an event is this. */
	private static final String NO_WORD = "#";

	/** In the order of their keys. */
	private final List<Binding> bindings;

	/** By a word, the first binding of each key that is filed under it. */
	private final Map<String, List<Integer>> filed;

	/**
	 * Creates an instance.
	 * @param bindings what has wildcards, in the order of the keys
	 */
	TopicPatterns(List<Binding> bindings) {
		this.bindings = List.copyOf(bindings);
		Map<String, Integer> keys = new HashMap<>();
		firsts().forEach(
				(first) -> TopicPattern.of(key(first)).literals().forEach((word) -> keys.merge(word, 1, Integer::sum)));
		Map<String, List<Integer>> filed = new HashMap<>();
		firsts().forEach((first) -> {
			String word = TopicPattern.of(key(first)).literals().min(Comparator.comparing(keys::get)).orElse(NO_WORD);
			filed.computeIfAbsent(word, (same) -> new ArrayList<>(1)).add(first);
		});
		filed.replaceAll((word, firsts) -> List.copyOf(firsts));
		this.filed = filed;
	}

	private IntStream firsts() {
		return IntStream.range(0, this.bindings.size()).filter((i) -> i == 0 || !key(i).equals(key(i - 1)));
	}

	private String key(int index) {
		return this.bindings.get(index).key();
	}

	/** Returns the bindings, in the order of their keys. */
	List<Binding> bindings() {
		return this.bindings;
	}

	/**
	 * Visits the bindings that match an event.
	 * @param compared with how many keys the event is compared at most
	 * @param visitor returns whether to go on
	 */
	void visit(String event, int compared, Predicate<Binding> visitor) {
		List<String> words = TopicPattern.words(event);
		int left = compared;
		for (int i = 0; i <= words.size() && left > 0; i++) {
			String word = (i < words.size()) ? words.get(i) : NO_WORD;
			if (i < words.size() && words.indexOf(word) < i) {
				// Its keys have been compared.
				continue;
			}
			List<Integer> firsts = this.filed.getOrDefault(word, List.of());
			for (int j = 0; j < firsts.size() && left > 0; j++, left--) {
				if (!visit(firsts.get(j), words, visitor)) {
					return;
				}
			}
		}
	}

	private boolean visit(int first, List<String> words, Predicate<Binding> visitor) {
		String key = key(first);
		if (TopicPattern.of(key).matches(words)) {
			for (int i = first; i < this.bindings.size() && key(i).equals(key); i++) {
				if (!visitor.test(this.bindings.get(i))) {
					return false;
				}
			}
		}
		return true;
	}

}
