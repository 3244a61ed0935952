package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The bindings of one listing, as far as its bounds: anybody who may bind a queue adds to
 * them. Not safe for use by several threads.
 */
public final class BoundedBindings {

	/**
	 * How many characters the bindings of one listing may hold together: names and
	 * schedules, without the other arguments.
	 */
	private static final long MOST_CHARACTERS = 8 * 1024 * 1024;

	private final List<Binding> bindings = new ArrayList<>();

	private final int maxBindings;

	private long characters;

	/**
	 * Creates an instance that has no binding yet.
	 * @param maxBindings how many bindings have room
	 */
	public BoundedBindings(int maxBindings) {
		this.maxBindings = maxBindings;
	}

	/**
	 * Adds a binding.
	 * @return {@code false} if it has no room: the listing ends before it
	 */
	public boolean add(Binding binding) {
		this.characters += binding.size();
		return this.bindings.size() < this.maxBindings && this.characters <= MOST_CHARACTERS
				&& this.bindings.add(binding);
	}

	/**
	 * Returns the listing.
	 * @param whole whether every binding had room
	 * @param clocks what the broker's clock said meanwhile; {@code null} if it did not
	 * say, or is ours
	 */
	public Listing listing(boolean whole, @Nullable ClockReading clocks) {
		return new Listing(this.bindings, whole, clocks);
	}

}
