package dev.ticktock.discovery;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * A queue, or an exchange, whose bindings ask for schedules.
 */
final class Asker {

	private final Queue<Binding> known = new ArrayDeque<>();

	private final Queue<Binding> fresh = new ArrayDeque<>();

	private final Set<String> events = new HashSet<>();

	private int looks;

	/**
	 * Adds a binding.
	 * @param isKnown whether its event held before, or a leader has covered it
	 */
	void add(Binding binding, boolean isKnown) {
		(isKnown ? this.known : this.fresh).add(binding);
	}

	/** The bindings whose events are known and that have not been looked at. */
	Queue<Binding> known() {
		return this.known;
	}

	/** The bindings whose events are new and that have not been looked at. */
	Queue<Binding> fresh() {
		return this.fresh;
	}

	/** The events that it has found room for. */
	Set<String> events() {
		return this.events;
	}

	/** Says how many of its bindings have been looked at. */
	int looks() {
		return this.looks;
	}

	/** Counts a binding that is looked at. */
	void look() {
		this.looks++;
	}

	/**
	 * What its bindings lead to.
	 *
	 * @param name the name of the queue, or exchange
	 * @param queue whether it is a queue
	 */
	record Destination(String name, boolean queue) implements Comparable<Destination> {

		private static final Comparator<Destination> ORDER = Comparator.comparing(Destination::name)
			.thenComparing(Destination::queue);

		static Destination of(Binding binding) {
			return new Destination(binding.destination(), binding.toQueue());
		}

		@Override
		public int compareTo(Destination other) {
			return ORDER.compare(this, other);
		}

	}

}
