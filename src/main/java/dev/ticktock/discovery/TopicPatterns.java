package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Keys of bindings to a topic exchange, each with a value: words with dots between them,
 * where {@code *} is any one word and {@code #} any number of words, also none. Kept as a
 * trie of their words, as <a href=
 * "https://www.rabbitmq.com/blog/2010/09/14/very-fast-and-scalable-topic-routing-part-1">RabbitMQ
 * does it</a>, so that what an event costs does not grow with the keys that differ from
 * it early. Not safe for changes by several threads; safe for lookups by several once it
 * no longer changes.
 *
 * @param <T> the type of the values
 */
final class TopicPatterns<T> {

	private static final String ONE = "*";

	private static final String ANY = "#";

	/**
	 * How many nodes are kept: five megabytes, since a node takes a hundred bytes, and a
	 * key of 255 bytes may have 128 of them to itself.
	 */
	static final int NODES_AT_MOST = 50_000;

	private final Node<T> root = new Node<>(false);

	private int nodes;

	private boolean whole = true;

	/** Says whether a key stands for more than one event. */
	static boolean hasWildcards(String key) {
		// Most keys have neither character, and there may be many of them.
		if (!key.contains(ONE) && !key.contains(ANY)) {
			return false;
		}
		for (int from = 0; from <= key.length(); from = end(key, from) + 1) {
			if (end(key, from) == from + 1 && (key.startsWith(ONE, from) || key.startsWith(ANY, from))) {
				return true;
			}
		}
		return false;
	}

	/** Returns the word that begins at an index; the same object for each wildcard. */
	private static String word(String key, int from) {
		String word = key.substring(from, end(key, from));
		return word.equals(ONE) ? ONE : word.equals(ANY) ? ANY : word;
	}

	/** Returns where the word ends that begins at an index. */
	private static int end(String key, int from) {
		int dot = key.indexOf('.', from);
		return (dot >= 0) ? dot : key.length();
	}

	/**
	 * Adds a value under a key, which may have others already. Beyond
	 * {@link #NODES_AT_MOST}, a key that needs further nodes is left out.
	 */
	void add(String key, T value) {
		Node<T> node = this.root;
		// Word by word, since most words of many long keys are left out.
		for (int from = 0; from <= key.length(); from = end(key, from) + 1) {
			String word = word(key, from);
			// Two in a row match what one matches.
			if (node.any && word.equals(ANY)) {
				continue;
			}
			Node<T> next = node.children.get(word);
			if (next == null) {
				if (this.nodes == NODES_AT_MOST) {
					this.whole = false;
					return;
				}
				next = new Node<>(word.equals(ANY));
				node.put(word, next);
				this.nodes++;
			}
			node = next;
		}
		node.add(value);
	}

	/** Returns whether no key had to be left out. */
	boolean isWhole() {
		return this.whole;
	}

	/**
	 * Finds the values whose keys match an event, always in the same order.
	 * @param effort how many steps may be taken: nodes looked at and values found
	 * @param found takes each value, and returns whether it wants another
	 * @return how many steps were taken; more than {@code effort} if it gave up, so that
	 * values may be missing
	 */
	int match(String event, int effort, Predicate<? super T> found) {
		int steps = 0;
		Set<Node<T>> reached = new LinkedHashSet<>();
		reach(this.root, reached);
		for (String word : event.split("\\.", -1)) {
			Set<Node<T>> next = new LinkedHashSet<>();
			for (Node<T> node : reached) {
				if (++steps > effort) {
					return steps;
				}
				if (node.any) {
					next.add(node);
				}
				reach(node.children.get(word), next);
				reach(node.children.get(ONE), next);
			}
			reached = next;
		}
		for (Node<T> node : reached) {
			for (T value : node.values) {
				if (++steps > effort || !found.test(value)) {
					return steps;
				}
			}
		}
		return steps;
	}

	private static <T> void reach(@Nullable Node<T> node, Set<Node<T>> reached) {
		if (node != null) {
			reached.add(node);
			Node<T> none = node.children.get(ANY);
			if (none != null) {
				reached.add(none);
			}
		}
	}

	/**
	 * What the keys have in common up to some word. Most nodes have one child and no
	 * value, so these take as little memory as they can.
	 */
	private static final class Node<T> {

		/** Whether its last word is {@code #}, which takes further words. */
		private final boolean any;

		private Map<String, Node<T>> children = Map.of();

		private List<T> values = List.of();

		Node(boolean any) {
			this.any = any;
		}

		void put(String word, Node<T> child) {
			if (this.children.isEmpty()) {
				this.children = Map.of(word, child);
				return;
			}
			if (this.children.size() == 1) {
				this.children = new HashMap<>(this.children);
			}
			this.children.put(word, child);
		}

		void add(T value) {
			if (this.values.isEmpty()) {
				this.values = List.of(value);
				return;
			}
			if (this.values.size() == 1) {
				this.values = new ArrayList<>(this.values);
			}
			this.values.add(value);
		}

	}

}
