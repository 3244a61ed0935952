package dev.ticktock.discovery;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Who listens to what, as far as it is worth showing.
 *
 * @param unheard some of the events that nobody listens to, in their order
 * @param unheardCount how many events nobody listens to; too many, where there are more
 * keys with wildcards than could be resolved yet
 * @param unmatched some of the bindings whose key no schedule publishes
 * @param unmatchedCount how many bindings have a key that no schedule publishes
 * @param destinations who is bound to which event
 */
public record Audience(SortedSet<String> unheard, int unheardCount, List<Unmatched> unmatched, int unmatchedCount,
		Destinations destinations) {

	/** The audience of an exchange that nobody has looked at. */
	static final Audience UNKNOWN = new Audience(Collections.emptySortedSet(), 0, List.of(), 0, Destinations.UNKNOWN);

	public Audience {
		unheard = Collections.unmodifiableSortedSet(new TreeSet<>(unheard));
		unmatched = List.copyOf(unmatched);
	}

	/**
	 * A binding that never gets a tick, which almost always is a typing error. A key for
	 * which some binding asks for a schedule is not among them, because its faults are
	 * problems of the registration.
	 *
	 * @param key the key
	 * @param destination the queue, or exchange, that is bound
	 * @param nearest the event that was probably meant; {@code null} if none is close, or
	 * nobody has looked for it yet
	 */
	public record Unmatched(String key, String destination, @Nullable String nearest) {

	}

}
