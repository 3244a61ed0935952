package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The bindings of one listing, up to a bound, because any account that may bind a queue
 * can add to them. Beyond the bound, as many again are kept if they ask for a schedule,
 * so that other bindings do not displace them. Of this second half, a destination gets at
 * most as much room as it leaves to the others. Not safe for use by several threads.
 */
public final class BoundedBindings {

	/**
	 * How many characters the bindings of one listing may hold together: names and
	 * schedules, without the other arguments.
	 */
	private static final long MOST_CHARACTERS = 8 * 1024 * 1024;

	private final List<Binding> bindings = new ArrayList<>();

	/** How many of each destination have come beyond the bound. */
	private final Map<String, Integer> beyond = new HashMap<>();

	private final long maxBindings;

	private long characters;

	private boolean whole = true;

	private boolean everyRequest = true;

	/**
	 * Creates an instance that has no binding yet.
	 * @param maxBindings how many bindings have room
	 */
	public BoundedBindings(int maxBindings) {
		this.maxBindings = maxBindings;
	}

	/** Adds a binding if it has room. */
	public void add(Binding binding) {
		boolean asks = binding.request() != null;
		if (fits(binding, 1) || (asks && fits(binding, 2) && leavesRoom(binding.destination()))) {
			this.characters += binding.size();
			this.bindings.add(binding);
			return;
		}
		this.whole = false;
		this.everyRequest &= !asks;
	}

	private boolean fits(Binding binding, int times) {
		return this.bindings.size() < times * this.maxBindings
				&& this.characters + binding.size() <= times * MOST_CHARACTERS;
	}

	private boolean leavesRoom(String destination) {
		return this.beyond.merge(destination, 1, Integer::sum) <= 2 * this.maxBindings - this.bindings.size();
	}

	/**
	 * Returns the listing.
	 * @param complete whether all bindings of the broker were added
	 * @param clocks what the broker's clock said meanwhile; {@code null} if it did not
	 * say, or is ours
	 */
	public Listing listing(boolean complete, @Nullable ClockReading clocks) {
		return new Listing(this.bindings, complete && this.whole, complete && this.everyRequest, clocks);
	}

}
