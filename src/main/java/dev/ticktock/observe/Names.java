package dev.ticktock.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers the replicas that have led, or queues, so that each tick holds a number. Not
 * safe for use by several threads.
 */
final class Names {

	/** The number of the replicas that came when no number was left. */
	static final int ANOTHER = 255;

	private static final int LONGEST = 255;

	private final List<String> names = new ArrayList<>();

	private final Map<String, Integer> numbers = new HashMap<>();

	private final int most;

	private final String others;

	/**
	 * Creates an instance.
	 * @param most how many have a number of their own; it is that of the others
	 * @param others the name of the others
	 */
	Names(int most, String others) {
		this.most = most;
		this.others = others;
	}

	/** Names replicas. */
	static Names ofReplicas() {
		return new Names(ANOTHER, "another");
	}

	/** Returns the number of a name, from 0 on. */
	int numberOf(String name) {
		Integer known = this.numbers.get(name);
		if (known != null) {
			return known;
		}
		if (this.names.size() == this.most || name.length() > LONGEST) {
			return this.most;
		}
		this.numbers.put(name, this.names.size());
		this.names.add(name);
		return this.names.size() - 1;
	}

	String nameOf(int number) {
		return (number < this.names.size()) ? this.names.get(number) : this.others;
	}

}
