package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.ticktock.startup.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * The queues that are bound to events.
 *
 * @param queues some of the queues, and exchanges, that are bound to an event, all if
 * they are few; nothing for an event without a listener
 * @param unheardCount how many events have no listener
 * @param unmatched some of the bindings whose key no schedule publishes
 * @param unmatchedCount how many bindings have a key that no schedule publishes
 */
public record Audience(Map<String, List<String>> queues, int unheardCount, List<Unmatched> unmatched,
		int unmatchedCount) {

	/** The audience of an exchange whose bindings have not been read. */
	static final Audience UNKNOWN = new Audience(Map.of(), 0, List.of(), 0);

	/** How many listeners are named of an event or a key, and keys of a listener. */
	static final int NAMED_OF_ONE = 10;

	private static final int NAMED_AT_MOST = 100;

	/**
	 * How many keys with wildcards are compared with events, which takes about a second.
	 * If there are more, these keys count as if they matched all events.
	 */
	private static final long COMPARED_AT_MOST = 10_000_000;

	private static final String ONE = "*";

	private static final String ANY = "#";

	/**
	 * Returns the audience of some events by a listing.
	 * @param own whether a queue is one of TickTock's own, which do not count
	 */
	static Audience of(Listing listing, Collection<String> events, Predicate<String> own) {
		Map<String, Key> keys = new LinkedHashMap<>();
		for (Binding binding : listing.bindings()) {
			if (!binding.toQueue() || !own.test(binding.destination())) {
				keys.computeIfAbsent(binding.key(), (same) -> new Key()).add(binding);
			}
		}
		Map<String, Key> wild = new LinkedHashMap<>(keys);
		wild.keySet().removeIf((key) -> !hasWildcards(key));
		boolean complete = (long) wild.size() * events.size() <= COMPARED_AT_MOST;
		if (!complete) {
			wild.values().forEach((key) -> key.matches = true);
			wild.clear();
		}
		Map<String, List<String>> queues = new HashMap<>();
		for (String event : events) {
			Set<String> bound = new LinkedHashSet<>();
			if (keys.containsKey(event)) {
				keys.get(event).match(bound);
			}
			String[] words = words(event);
			wild.forEach((key, bindings) -> {
				if (matches(key, words)) {
					bindings.match(bound);
				}
			});
			if (!bound.isEmpty()) {
				queues.put(event, bound.stream().limit(NAMED_OF_ONE).toList());
			}
		}
		keys.values().removeIf((key) -> key.matches || key.asks);
		return new Audience(Collections.unmodifiableMap(queues), complete ? events.size() - queues.size() : 0,
				unmatched(keys, events), keys.values().stream().mapToInt((key) -> key.bindings).sum());
	}

	/** Whether a key stands for more than one event. */
	static boolean hasWildcards(String key) {
		return (key.contains(ONE) || key.contains(ANY))
				&& Stream.of(words(key)).anyMatch((word) -> word.equals(ONE) || word.equals(ANY));
	}

	/**
	 * Whether a topic exchange routes an event of some words by a key: words with dots
	 * between them, where {@code *} is any one word and {@code #} any number of words,
	 * also none.
	 */
	static boolean matches(String key, String... event) {
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

	private static String[] words(String key) {
		return key.split("\\.", -1);
	}

	private static List<Unmatched> unmatched(Map<String, Key> keys, Collection<String> events) {
		List<Unmatched> unmatched = new ArrayList<>();
		Map<String, Integer> named = new HashMap<>();
		Spelling spelling = new Spelling(keys.isEmpty() ? List.of() : events);
		keys.forEach((key, bound) -> {
			String nearest = null;
			for (String destination : bound.destinations) {
				if (unmatched.size() < NAMED_AT_MOST && named.merge(destination, 1, Integer::sum) <= NAMED_OF_ONE) {
					nearest = (nearest != null) ? nearest : spelling.nearest(key);
					unmatched.add(new Unmatched(key, destination, nearest));
				}
			}
		});
		return unmatched;
	}

	/** Returns the names of some queues, and exchanges, that are bound to an event. */
	public List<String> queues(String event) {
		return this.queues.getOrDefault(event, List.of());
	}

	/**
	 * A binding that never gets a tick, which almost always is a typing error. A key for
	 * which some binding asks for a schedule is not among them, because its faults are
	 * problems of the registration.
	 *
	 * @param key the key
	 * @param destination the queue, or exchange, that is bound
	 * @param nearest the event that was probably meant; {@code null} if none is close
	 */
	public record Unmatched(String key, String destination, @Nullable String nearest) {

	}

	/**
	 * The bindings with one key.
	 */
	private static final class Key {

		private final Set<String> destinations = new LinkedHashSet<>();

		private int bindings;

		private boolean asks;

		private boolean matches;

		void match(Set<String> bound) {
			this.matches = true;
			bound.addAll(this.destinations);
		}

		void add(Binding binding) {
			this.bindings++;
			this.asks |= binding.request() != null;
			if (this.destinations.size() < NAMED_OF_ONE) {
				this.destinations.add(binding.destination());
			}
		}

	}

}
