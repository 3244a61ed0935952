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

	/** For how many keys it is worth to look for what was meant. */
	private static final int GUESSED_AT_MOST = 100;

	/** The audience of an exchange that nobody has looked at. */
	static final Audience UNKNOWN = new Audience(Collections.emptySortedMap(), Collections.emptySortedSet(), List.of());

	/**
	 * Resolves the bindings of an exchange.
	 * @param names the events of all schedules
	 * @param own says which queues are TickTock's own, which do not count
	 */
	static Audience of(Set<String> names, List<Binding> bindings, Predicate<String> own) {
		SortedMap<String, SortedSet<String>> listeners = new TreeMap<>();
		List<Unmatched> unmatched = new ArrayList<>();
		Set<String> heard = new HashSet<>();
		Map<String, TopicPattern> events = words(names);
		for (Binding binding : bindings) {
			if (binding.toQueue() && own.test(binding.destination())) {
				continue;
			}
			List<String> matching = matching(events, binding.key());
			matching.forEach(
					(event) -> listeners.computeIfAbsent(event, (same) -> new TreeSet<>()).add(binding.destination()));
			heard.addAll(matching);
			if (matching.isEmpty()) {
				String nearest = (unmatched.size() < GUESSED_AT_MOST) ? Spelling.nearest(binding.key(), names) : null;
				unmatched.add(new Unmatched(binding.key(), binding.destination(), nearest));
			}
		}
		SortedSet<String> unheard = new TreeSet<>(names);
		unheard.removeAll(heard);
		return new Audience(Collections.unmodifiableSortedMap(listeners), Collections.unmodifiableSortedSet(unheard),
				List.copyOf(unmatched));
	}

	private static Map<String, TopicPattern> words(Set<String> names) {
		Map<String, TopicPattern> words = new TreeMap<>();
		names.forEach((name) -> words.put(name, TopicPattern.of(name)));
		return words;
	}

	private static List<String> matching(Map<String, TopicPattern> events, String key) {
		TopicPattern pattern = TopicPattern.of(key);
		if (!pattern.hasWildcards()) {
			return events.containsKey(key) ? List.of(key) : List.of();
		}
		return events.entrySet()
			.stream()
			.filter((event) -> pattern.matches(event.getValue().words()))
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * A binding that never gets a tick, which almost always is a typing error.
	 *
	 * @param key the key
	 * @param destination the queue, or exchange, that is bound
	 * @param nearest the event that was probably meant; {@code null} if none is close, or
	 * there are many of these bindings
	 */
	public record Unmatched(String key, String destination, @Nullable String nearest) {

	}

}
