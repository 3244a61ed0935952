package dev.ticktock.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import dev.ticktock.publish.Listeners;
import dev.ticktock.time.Uptime;

/**
 * Tells which queues receive the ticks of an event, by the last listing that could be
 * read. Keeps no more of it than names, and the same ones as long as the bindings stay
 * the same. Written by one thread, read by any.
 */
final class Directory implements Listeners {

	/**
	 * For how long a listing counts if no other can be read. A node that dies takes the
	 * API away for a moment.
	 */
	static final Duration FRESH = Duration.ofMinutes(2);

	private static final Comparator<Binding> ORDER = Comparator.comparing(Binding::key)
		.thenComparing(Binding::destination)
		.thenComparing(Binding::toQueue);

	private final Predicate<String> own;

	private final Uptime uptime;

	private volatile Edition edition = new Edition(List.of(), List.of(), false, Duration.ZERO);

	/**
	 * Creates a directory that knows nobody.
	 * @param own says which queues are TickTock's own, which do not count
	 */
	Directory(Predicate<String> own, Uptime uptime) {
		this.own = own;
		this.uptime = uptime;
	}

	/**
	 * Takes a listing in, in the place of the one before.
	 * @param askedAt the uptime at which it was requested
	 */
	void take(Listing listing, Duration askedAt) {
		Map<String, String> names = new HashMap<>();
		List<Binding> exact = new ArrayList<>();
		List<Binding> patterns = new ArrayList<>();
		for (Binding binding : listing.bindings()) {
			if (!binding.toQueue() || !this.own.test(binding.destination())) {
				// A queue with many bindings has its name but once.
				String name = names.computeIfAbsent(binding.destination(), (same) -> same);
				(TopicPattern.hasWildcards(binding.key()) ? patterns : exact)
					.add(new Binding(name, binding.toQueue(), binding.key(), null));
			}
		}
		exact.sort(ORDER);
		patterns.sort(ORDER);
		Edition before = this.edition;
		this.edition = new Edition(exact.equals(before.exact()) ? before.exact() : List.copyOf(exact),
				patterns.equals(before.patterns()) ? before.patterns() : List.copyOf(patterns), listing.whole(),
				askedAt);
	}

	@Override
	public Recipients of(String event) {
		Edition current = this.edition;
		return this.uptime.isOver(FRESH, current.askedAt()) ? Recipients.UNKNOWN : current.of(event);
	}

	/**
	 * What one listing says.
	 *
	 * @param exact the bindings that are for one event, in the order of their keys
	 * @param patterns the bindings whose keys have wildcards
	 * @param whole whether these are all
	 * @param askedAt the uptime at which it was requested
	 */
	private record Edition(List<Binding> exact, List<Binding> patterns, boolean whole, Duration askedAt) {

		Recipients of(String event) {
			Set<String> queues = new HashSet<>();
			boolean complete = this.whole;
			for (int i = first(event); i < this.exact.size() && this.exact.get(i).key().equals(event); i++) {
				complete &= add(this.exact.get(i), queues);
			}
			for (Binding binding : this.patterns) {
				if (TopicPattern.of(binding.key()).matches(event)) {
					complete &= add(binding, queues);
				}
			}
			return new Recipients(queues, complete);
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

		/** Returns whether everybody behind the binding is known. */
		private static boolean add(Binding binding, Set<String> queues) {
			if (binding.toQueue()) {
				queues.add(binding.destination());
			}
			return binding.toQueue();
		}

	}

}
