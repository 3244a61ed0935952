package dev.ticktock.discovery;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

	/** How many steps it may take to match events with keys, for one listing. */
	private static final int STEPS_AT_MOST = 2_000_000;

	/** The same for one event, so that none keeps the others from their turn. */
	private static final int STEPS_OF_AN_EVENT = 100_000;

	/** How many events are compared with keys to find what was meant, for one listing. */
	private static final int COMPARED_AT_MOST = 200_000;

	private final Predicate<String> own;

	private String[] events = {};

	private @Nullable Spelling spelling;

	/** What keys were probably meant to be, empty if nothing is close. */
	private final Map<String, Optional<String>> guesses = new HashMap<>();

	private Set<String> wild = new HashSet<>();

	private TopicPatterns<String> patterns = new TopicPatterns<>();

	/** The keys with wildcards that match an event. */
	private final Set<String> matching = new HashSet<>();

	/** The events that some key with wildcards matches, or may match. */
	private final BitSet heard = new BitSet();

	/** The first event that has not been matched yet. */
	private int next;

	/**
	 * Whether there were too many keys, or an event was too costly to be matched with
	 * all.
	 */
	private boolean gaveUp;

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
		// Nobody is said not to listen before it is known.
		listened.set(this.next, this.events.length);
		Sampler<Unmatched> unmatched = new Sampler<>();
		int compared = 0;
		Set<String> keys = new HashSet<>();
		Set<String> asked = new HashSet<>();
		bindings.stream().filter((each) -> each.request() != null).map(Binding::key).forEach(asked::add);
		for (Binding binding : bindings) {
			if (isOwn(binding)) {
				continue;
			}
			boolean some = this.wild.contains(binding.key());
			int event = some ? -1 : Arrays.binarySearch(this.events, binding.key());
			if (event >= 0) {
				listened.set(event);
			}
			else if (!asked.contains(binding.key()) && (!some || isUnmatched(binding.key()))) {
				if (unmatched.keepsNext(binding.destination())) {
					compared += guess(binding.key(), compared < COMPARED_AT_MOST) ? this.events.length : 0;
					keys.add(binding.key());
					unmatched.keep(new Unmatched(binding.key(), binding.destination(),
							this.guesses.getOrDefault(binding.key(), Optional.empty()).orElse(null)));
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
			if (TopicPatterns.hasWildcards(binding.key()) && !isOwn(binding)) {
				now.add(binding.key());
			}
		}
		boolean otherKeys = !now.equals(this.wild);
		if (otherKeys) {
			this.wild = now;
			this.patterns = new TopicPatterns<>();
			now.forEach((key) -> this.patterns.add(key, key));
		}
		if (otherKeys || otherEvents) {
			this.matching.clear();
			this.heard.clear();
			this.next = 0;
			this.gaveUp = false;
		}
	}

	private void resolve() {
		if (!this.patterns.isWhole()) {
			this.heard.set(0, this.events.length);
			this.next = this.events.length;
			this.gaveUp = true;
		}
		int left = STEPS_AT_MOST;
		while (this.next < this.events.length && left >= STEPS_OF_AN_EVENT) {
			int event = this.next++;
			int steps = this.patterns.match(this.events[event], STEPS_OF_AN_EVENT, (key) -> {
				this.matching.add(key);
				this.heard.set(event);
				return true;
			});
			if (steps > STEPS_OF_AN_EVENT) {
				this.heard.set(event);
				this.gaveUp = true;
			}
			left -= steps;
		}
	}

	/** Returns whether a key with wildcards is known to match no event. */
	private boolean isUnmatched(String key) {
		return this.next == this.events.length && !this.gaveUp && !this.matching.contains(key);
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
