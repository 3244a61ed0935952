package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where the ticks of each event go, by one listing. Keeps no more of it than names, and
 * the same ones as the listing before as long as the bindings stay the same. Immutable.
 */
public final class Destinations {

	/** Those of an exchange that nobody has looked at. */
	public static final Destinations UNKNOWN = new Destinations(List.of(), List.of(), new TopicPatterns<>());

	/** How many are named of each event. */
	static final int NAMED_AT_MOST = 10;

	/** How many steps it may take to find whose keys with wildcards match an event. */
	static final int STEPS_AT_MOST = 100_000;

	private static final Comparator<Binding> ORDER = Comparator.comparing(Binding::key)
		.thenComparing(Binding::destination)
		.thenComparing(Binding::toQueue);

	/** The bindings that are for one event, in the order of their keys. */
	private final List<Binding> exact;

	/** The bindings whose keys have wildcards. */
	private final List<Binding> wild;

	/** The same bindings, to be looked up. */
	private final TopicPatterns<Binding> patterns;

	private Destinations(List<Binding> exact, List<Binding> wild, TopicPatterns<Binding> patterns) {
		this.exact = exact;
		this.wild = wild;
		this.patterns = patterns;
	}

	/**
	 * Returns what a listing says.
	 * @param own says which queues are TickTock's own, which do not count
	 * @param before what the listing before said
	 */
	public static Destinations of(Listing listing, Predicate<String> own, Destinations before) {
		Map<String, String> names = new HashMap<>();
		List<Binding> exact = new ArrayList<>();
		List<Binding> wild = new ArrayList<>();
		for (Binding binding : listing.bindings()) {
			if (!binding.toQueue() || !own.test(binding.destination())) {
				// A queue with many bindings has its name but once.
				String name = names.computeIfAbsent(binding.destination(), (same) -> same);
				(TopicPatterns.hasWildcards(binding.key()) ? wild : exact)
					.add(new Binding(name, binding.toQueue(), binding.key(), null));
			}
		}
		exact.sort(ORDER);
		List<Binding> exactly = exact.equals(before.exact) ? before.exact : List.copyOf(exact);
		wild.sort(ORDER);
		if (wild.equals(before.wild)) {
			return new Destinations(exactly, before.wild, before.patterns);
		}
		TopicPatterns<Binding> patterns = new TopicPatterns<>();
		wild.forEach((binding) -> patterns.add(binding.key(), binding));
		return new Destinations(exactly, List.copyOf(wild), patterns);
	}

	/**
	 * Returns some of the queues, and exchanges, that are bound to an event: all of them
	 * if they are few.
	 */
	public List<String> some(String event) {
		Set<String> found = new LinkedHashSet<>();
		for (int i = first(event); i < this.exact.size() && this.exact.get(i).key().equals(event)
				&& found.size() < NAMED_AT_MOST; i++) {
			found.add(this.exact.get(i).destination());
		}
		if (found.size() < NAMED_AT_MOST) {
			this.patterns.match(event, STEPS_AT_MOST, (binding) -> {
				found.add(binding.destination());
				return found.size() < NAMED_AT_MOST;
			});
		}
		return List.copyOf(found);
	}

	private int first(String event) {
		int from = 0;
		int to = this.exact.size();
		while (from < to) {
			int middle = (from + to) >>> 1;
			if (this.exact.get(middle).key().compareTo(event) < 0) {
				from = middle + 1;
			}
			else {
				to = middle;
			}
		}
		return from;
	}

}
