package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.ticktock.schedule.BindingKey;
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

	static final Audience UNKNOWN = new Audience(Map.of(), 0, List.of(), 0);

	/** How many listeners are named of an event. */
	static final int NAMED_OF_ONE = 10;

	/**
	 * How many keys with wildcards are compared with events, which takes about a second.
	 * If there are more, these keys count as if they matched all events.
	 */
	private static final long COMPARED_AT_MOST = 10_000_000;

	static Audience of(Listing listing, Collection<String> events) {
		List<Binding> bindings = listing.bindings();
		Map<String, List<String>> bound = new LinkedHashMap<>();
		Set<String> matched = new HashSet<>();
		for (Binding binding : bindings) {
			List<String> named = bound.computeIfAbsent(binding.key(), (key) -> new ArrayList<>(1));
			if (named.size() < NAMED_OF_ONE && !named.contains(binding.destination())) {
				named.add(binding.destination());
			}
			if (binding.request() != null) {
				// The faults of a key that asks for a schedule are problems.
				matched.add(binding.key());
			}
		}
		List<String> wild = bound.keySet().stream().filter(BindingKey::hasWildcards).toList();
		boolean complete = (long) wild.size() * events.size() <= COMPARED_AT_MOST;
		if (!complete) {
			matched.addAll(wild);
			wild = List.of();
		}
		Map<String, List<String>> queues = new HashMap<>();
		for (String event : events) {
			Set<String> listening = new LinkedHashSet<>(bound.getOrDefault(event, List.of()));
			matched.add(event);
			String[] words = BindingKey.words(event);
			for (String key : wild) {
				if (BindingKey.matches(key, words)) {
					matched.add(key);
					listening.addAll(bound.getOrDefault(key, List.of()));
				}
			}
			if (!listening.isEmpty()) {
				queues.put(event, listening.stream().limit(NAMED_OF_ONE).toList());
			}
		}
		Sample<Unmatched> unmatched = new Sample<>();
		bindings.stream()
			.filter((binding) -> !matched.contains(binding.key()))
			.forEach((binding) -> unmatched.add(binding.destination(), () -> new Unmatched(binding.key(),
					binding.destination(), Spelling.nearest(binding.key(), events))));
		return new Audience(Collections.unmodifiableMap(queues), complete ? events.size() - queues.size() : 0,
				unmatched.some(), unmatched.count());
	}

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

}
