package dev.ticktock.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers the replicas that have led, so that each tick holds a number. Not safe for use
 * by several threads.
 */
final class Names {

	/** The number of those that came when no number was left. */
	static final int ANOTHER = 255;

	private static final int LONGEST = 255;

	private final List<String> names = new ArrayList<>();

	private final Map<String, Integer> numbers = new HashMap<>();

	/** Returns the number of a replica, from 0 to 255. */
	int numberOf(String name) {
		Integer known = this.numbers.get(name);
		if (known != null) {
			return known;
		}
		if (this.names.size() == ANOTHER || name.length() > LONGEST) {
			return ANOTHER;
		}
		this.numbers.put(name, this.names.size());
		this.names.add(name);
		return this.names.size() - 1;
	}

	String nameOf(int number) {
		return (number < this.names.size()) ? this.names.get(number) : "another";
	}

}
