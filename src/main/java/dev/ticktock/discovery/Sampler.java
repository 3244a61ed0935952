package dev.ticktock.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts all and keeps some: few of each destination, so that one that has thousands does
 * not hide what another has.
 */
final class Sampler<T> {

	static final int KEPT_AT_MOST = 500;

	private static final int KEPT_OF_EACH = 10;

	private final List<T> kept = new ArrayList<>();

	private final Map<String, Integer> byDestination = new HashMap<>();

	private int count;

	/** Says whether the next of a destination is kept, and counts it. */
	boolean keepsNext(String destination) {
		this.count++;
		return this.kept.size() < KEPT_AT_MOST
				&& this.byDestination.merge(destination, 1, Integer::sum) <= KEPT_OF_EACH;
	}

	void keep(T item) {
		this.kept.add(item);
	}

	List<T> kept() {
		return List.copyOf(this.kept);
	}

	int count() {
		return this.count;
	}

}
