package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Who listens to what.
 *
 * @param listeners by event, the queues and exchanges that its ticks go to
 * @param unheard the events that nobody listens to
 * @param unmatched the bindings whose key no schedule publishes
 */
public record Audience(SortedMap<String, SortedSet<String>> listeners, SortedSet<String> unheard,
		List<Unmatched> unmatched) {

	/** The audience of an exchange that nobody has looked at. */
	static final Audience UNKNOWN = new Audience(Collections.emptySortedMap(), Collections.emptySortedSet(), List.of());

	/**
	 * Resolves the bindings of an exchange.
	 * @param events the events of all schedules
	 * @param own says which queues are TickTock's own, which do not count
	 */
	static Audience of(Set<String> events, List<Binding> bindings, Predicate<String> own) {
		SortedMap<String, SortedSet<String>> listeners = new TreeMap<>();
		List<Unmatched> unmatched = new ArrayList<>();
		Set<String> heard = new HashSet<>();
		for (Binding binding : bindings) {
			if (binding.toQueue() && own.test(binding.destination())) {
				continue;
			}
			List<String> matching = matching(events, binding.key());
			matching.forEach(
					(event) -> listeners.computeIfAbsent(event, (same) -> new TreeSet<>()).add(binding.destination()));
			heard.addAll(matching);
			if (matching.isEmpty()) {
				unmatched
					.add(new Unmatched(binding.key(), binding.destination(), Spelling.nearest(binding.key(), events)));
			}
		}
		SortedSet<String> unheard = new TreeSet<>(events);
		unheard.removeAll(heard);
		return new Audience(Collections.unmodifiableSortedMap(listeners), Collections.unmodifiableSortedSet(unheard),
				List.copyOf(unmatched));
	}

	private static List<String> matching(Set<String> events, String key) {
		TopicPattern pattern = TopicPattern.of(key);
		if (!pattern.hasWildcards()) {
			return events.contains(key) ? List.of(key) : List.of();
		}
		return events.stream().filter(pattern::matches).toList();
	}

	/**
	 * A binding that never gets a tick, which almost always is a typing error.
	 *
	 * @param key the key
	 * @param destination the queue, or exchange, that is bound
	 * @param nearest the event that was probably meant; {@code null} if none is close
	 */
	public record Unmatched(String key, String destination, @Nullable String nearest) {

	}

}
