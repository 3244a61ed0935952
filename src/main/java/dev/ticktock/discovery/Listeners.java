package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is bound to which event: of each event some, and of the keys with wildcards the
 * first. Filled by one thread, and then only read.
 */
public final class Listeners {

	/** How many are kept of each event. */
	static final int KEPT_OF_EACH = 10;

	/** How many keys with wildcards are kept: each is compared with each event shown. */
	static final int PATTERNS = 100;

	/** Those of an exchange that nobody has looked at. */
	static final Listeners NOBODY = new Listeners();

	private final Map<String, List<String>> byEvent = new HashMap<>();

	private final List<Listener> patterns = new ArrayList<>();

	/** Takes in that a queue, or an exchange, is bound to an event. */
	public void add(String event, String destination) {
		add(this.byEvent.computeIfAbsent(event, (same) -> new ArrayList<>(1)), destination);
	}

	void addPattern(String key, String destination) {
		if (this.patterns.size() < PATTERNS) {
			this.patterns.add(new Listener(TopicPattern.of(key), destination));
		}
	}

	private static void add(List<String> kept, String destination) {
		if (kept.size() < KEPT_OF_EACH && !kept.contains(destination)) {
			kept.add(destination);
		}
	}

	/** Returns some of the queues, and exchanges, that are bound to an event. */
	public List<String> of(String event) {
		List<String> found = new ArrayList<>(this.byEvent.getOrDefault(event, List.of()));
		for (Listener listener : this.patterns) {
			if (listener.pattern().matches(event)) {
				add(found, listener.destination());
			}
		}
		return List.copyOf(found);
	}

	private record Listener(TopicPattern pattern, String destination) {

	}

}
