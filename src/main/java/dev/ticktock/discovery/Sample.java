package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Some of many faults of bindings, so chosen that one queue does not hide those of
 * another, and their number.
 */
final class Sample<T> {

	static final int AT_MOST = 100;

	private static final int AT_MOST_OF_ONE = 10;

	private final List<T> some = new ArrayList<>();

	private final Map<String, Integer> ofOne = new HashMap<>();

	private int count;

	/** Adds a fault, which is only made if there is room. */
	void add(String destination, Supplier<T> fault) {
		this.count++;
		if (this.some.size() < AT_MOST && this.ofOne.merge(destination, 1, Integer::sum) <= AT_MOST_OF_ONE) {
			this.some.add(fault.get());
		}
	}

	List<T> some() {
		return List.copyOf(this.some);
	}

	int count() {
		return this.count;
	}

}
