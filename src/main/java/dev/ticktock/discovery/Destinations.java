package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import dev.ticktock.publish.Listeners.Recipients;

/**
 * Where the ticks of each event go, by one listing. Keeps no more of it than names, and
 * the same ones as the listing before as long as the bindings stay the same. Immutable.
 */
public final class Destinations {

	/** Those of an exchange that nobody has looked at. */
	public static final Destinations UNKNOWN = new Destinations(List.of(), new TopicPatterns(List.of()), false);

	/** How many are named of each event. */
	static final int NAMED_AT_MOST = 10;

	/**
	 * How many keys with wildcards are compared with an event to name them. Only those
	 * are compared whose rarest word is one of the event's, so it needs intent to reach
	 * it.
	 */
	static final int COMPARED_AT_MOST = 1000;

	private static final Comparator<Binding> ORDER = Comparator.comparing(Binding::key)
		.thenComparing(Binding::destination)
		.thenComparing(Binding::toQueue);

	/** The bindings that are for one event, in the order of their keys. */
	private final List<Binding> exact;

	/** The bindings whose keys have wildcards. */
	private final TopicPatterns patterns;

	private final boolean whole;

	private Destinations(List<Binding> exact, TopicPatterns patterns, boolean whole) {
		this.exact = exact;
		this.patterns = patterns;
		this.whole = whole;
	}

	/**
	 * Returns what a listing says.
	 * @param own says which queues are TickTock's own, which do not count
	 * @param before what the listing before said
	 */
	public static Destinations of(Listing listing, Predicate<String> own, Destinations before) {
		Map<String, String> names = new HashMap<>();
		List<Binding> exact = new ArrayList<>();
		List<Binding> patterns = new ArrayList<>();
		for (Binding binding : listing.bindings()) {
			if (!binding.toQueue() || !own.test(binding.destination())) {
				// A queue with many bindings has its name but once.
				String name = names.computeIfAbsent(binding.destination(), (same) -> same);
				(TopicPattern.hasWildcards(binding.key()) ? patterns : exact)
					.add(new Binding(name, binding.toQueue(), binding.key(), null));
			}
		}
		exact.sort(ORDER);
		patterns.sort(ORDER);
		return new Destinations(exact.equals(before.exact) ? before.exact : List.copyOf(exact),
				patterns.equals(before.patterns.bindings()) ? before.patterns : new TopicPatterns(patterns),
				listing.whole());
	}

	/** Returns who receives the ticks of an event, as far as the listing says. */
	Recipients recipients(String event) {
		Set<String> queues = new HashSet<>();
		Set<String> others = new HashSet<>();
		visit(event, Integer.MAX_VALUE, (binding) -> {
			(binding.toQueue() ? queues : others).add(binding.destination());
			return true;
		});
		return new Recipients(queues, this.whole && others.isEmpty());
	}

	/**
	 * Returns some of the queues, and exchanges, that are bound to an event; at a cost
	 * that does not grow with the number of bindings.
	 */
	public List<String> some(String event) {
		Set<String> found = new LinkedHashSet<>();
		visit(event, COMPARED_AT_MOST, (binding) -> {
			found.add(binding.destination());
			return found.size() < NAMED_AT_MOST;
		});
		return List.copyOf(found);
	}

	/**
	 * Visits the bindings to an event.
	 * @param visitor returns whether to go on
	 */
	private void visit(String event, int compared, Predicate<Binding> visitor) {
		for (int i = first(event); i < this.exact.size() && this.exact.get(i).key().equals(event); i++) {
			if (!visitor.test(this.exact.get(i))) {
				return;
			}
		}
		this.patterns.visit(event, compared, visitor);
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
