package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
		firsts().forEach((first) -> TopicPattern.of(key(first)).literals().forEach((word) -> keys.merge(word, 1, Integer::sum)));
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
	 * Returns the bindings that match an event, one after the other as they are asked
	 * for.
	 * @param compared with how many keys the event is compared at most
	 */
	Stream<Binding> matching(String event, long compared) {
		List<String> words = TopicPattern.words(event);
		return Stream.concat(words.stream().distinct(), Stream.of(NO_WORD))
			.flatMap((word) -> this.filed.getOrDefault(word, List.of()).stream())
			.limit(compared)
			.filter((first) -> TopicPattern.of(key(first)).matches(words))
			.flatMap(this::sameKey);
	}

	private Stream<Binding> sameKey(int first) {
		String key = key(first);
		return this.bindings.subList(first, this.bindings.size()).stream().takeWhile((binding) -> binding.key().equals(key));
	}

}
