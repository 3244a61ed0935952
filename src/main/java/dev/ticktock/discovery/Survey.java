package dev.ticktock.discovery;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.startup.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who listens to what, with a bounded effort for each listing: what there are
 * too many of to be resolved at once, is resolved over some listings, as long as it stays
 * the same. Not safe for use by several threads.
 */
final class Survey {

	/** How many events are compared with keys that have wildcards, for one listing. */
	private static final int COMPARED_AT_MOST = 500_000;

	/** How many keys are looked at for what was meant, for one listing. */
	private static final int GUESSED_AT_MOST = 10;

	private final Predicate<String> own;

	private String[] events = {};

	private @Nullable Spelling spelling;

	/** What keys were probably meant to be, empty if nothing is close. */
	private final Map<String, Optional<String>> guesses = new HashMap<>();

	private Set<String> patterns = new HashSet<>();

	private final Queue<String> unresolved = new ArrayDeque<>();

	/** The patterns that match no event. */
	private final Set<String> deaf = new HashSet<>();

	/** The events that some pattern matches. */
	private final BitSet heard = new BitSet();

	/**
	 * Creates a survey.
	 * @param own says which queues are TickTock's own, which do not count
	 */
	Survey(Predicate<String> own) {
		this.own = own;
	}

	/**
	 * Resolves the bindings of an exchange.
	 * @param destinations who is bound to which event, by the same bindings
	 */
	Audience take(Schedules current, List<Binding> bindings, Destinations destinations) {
		boolean other = takeEvents(current);
		takePatterns(bindings, other);
		resolve();
		BitSet listened = (BitSet) this.heard.clone();
		Sampler<Unmatched> unmatched = new Sampler<>();
		int guessed = 0;
		Set<String> keys = new HashSet<>();
		for (Binding binding : bindings) {
			if (isOwn(binding)) {
				continue;
			}
			int event = TopicPattern.hasWildcards(binding.key()) ? -1 : Arrays.binarySearch(this.events, binding.key());
			if (event >= 0) {
				listened.set(event);
			}
			else if (!this.patterns.contains(binding.key()) || this.deaf.contains(binding.key())) {
				if (unmatched.keepsNext(binding.destination())) {
					guessed += guess(binding.key(), guessed < GUESSED_AT_MOST) ? 1 : 0;
					keys.add(binding.key());
					unmatched.keep(new Unmatched(binding.key(), binding.destination(),
							this.guesses.getOrDefault(binding.key(), Optional.empty()).orElse(null),
							binding.request() != null));
				}
			}
		}
		this.guesses.keySet().retainAll(keys);
		return audience(listened, unmatched, destinations);
	}

	private Audience audience(BitSet listened, Sampler<Unmatched> unmatched, Destinations destinations) {
		TreeSet<String> unheard = new TreeSet<>();
		for (int i = listened.nextClearBit(0); i < this.events.length
				&& unheard.size() < Sampler.KEPT_AT_MOST; i = listened.nextClearBit(i + 1)) {
			unheard.add(this.events[i]);
		}
		return new Audience(unheard, this.events.length - listened.cardinality(), unmatched.kept(), unmatched.count(),
				destinations);
	}

	private boolean isOwn(Binding binding) {
		return binding.toQueue() && this.own.test(binding.destination());
	}

	/** Returns whether the events are others than before. */
	private boolean takeEvents(Schedules current) {
		String[] now = current.byEvent().keySet().toArray(String[]::new);
		if (Arrays.equals(now, this.events)) {
			return false;
		}
		this.events = now;
		this.spelling = null;
		this.guesses.clear();
		return true;
	}

	private void takePatterns(List<Binding> bindings, boolean otherEvents) {
		Set<String> now = new LinkedHashSet<>();
		for (Binding binding : bindings) {
			if (TopicPattern.hasWildcards(binding.key()) && !isOwn(binding)) {
				now.add(binding.key());
			}
		}
		if (otherEvents || !now.equals(this.patterns)) {
			this.patterns = now;
			this.unresolved.clear();
			this.unresolved.addAll(now);
			this.deaf.clear();
			this.heard.clear();
		}
	}

	private void resolve() {
		int compared = 0;
		while (!this.unresolved.isEmpty() && compared < COMPARED_AT_MOST) {
			String key = this.unresolved.remove();
			TopicPattern pattern = TopicPattern.of(key);
			boolean matches = false;
			String prefix = pattern.prefix();
			int from = Arrays.binarySearch(this.events, prefix);
			for (int i = (from < 0) ? -from - 1 : from; i < this.events.length
					&& this.events[i].startsWith(prefix); i++) {
				compared++;
				if (pattern.matches(this.events[i])) {
					matches = true;
					this.heard.set(i);
				}
			}
			if (!matches) {
				this.deaf.add(key);
			}
		}
	}

	/** Returns whether it had to be looked for. */
	private boolean guess(String key, boolean may) {
		if (!may || this.guesses.containsKey(key)) {
			return false;
		}
		if (this.spelling == null) {
			this.spelling = new Spelling(List.of(this.events));
		}
		this.guesses.put(key, Optional.ofNullable(this.spelling.nearest(key)));
		return true;
	}

}
