package dev.ticktock.discovery;

import java.util.List;

/**
 * Gives bindings that a listing has in common with the one before the same instances. The
 * copies then die young: a listing of 60,000 new objects every few seconds would outlive
 * the young generation, and each collection of the old one would stop the ticks.
 *
 * <p>
 * The broker lists the bindings in an order that stays, so one look at the next of the
 * listing before finds most of them, and two where one is gone. What is not found costs
 * memory and nothing else. Used by one thread.
 */
final class KnownBindings {

	private static final int LOOKS = 2;

	private List<Binding> before = List.of();

	private int next;

	/** Begins a listing. */
	void begin() {
		this.next = 0;
	}

	/**
	 * Returns the equal binding of the listing before; the given one if none is found.
	 */
	Binding known(Binding binding) {
		for (int i = this.next; i < Math.min(this.next + LOOKS, this.before.size()); i++) {
			Binding candidate = this.before.get(i);
			if (candidate.equals(binding)) {
				this.next = i + 1;
				return candidate;
			}
		}
		return binding;
	}

	/** Takes a listing in the place of the one before. */
	void end(List<Binding> bindings) {
		this.before = bindings;
	}

}
