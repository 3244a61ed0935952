package dev.ticktock.missed;

/**
 * Remembers the last ids that it was given, sixteen bytes each. Not safe for use by
 * several threads.
 *
 * <p>
 * The ids are a ring, in the order in which they came, and a hash table of numbers with
 * open addressing, half full at most.
 */
final class RecentIds {

	private final long[] ring;

	private final long[] table;

	private int next;

	private boolean full;

	/**
	 * Creates an instance.
	 * @param most how many are remembered; a power of two
	 */
	RecentIds(int most) {
		if (Integer.bitCount(most) != 1) {
			throw new IllegalArgumentException("%d is no power of two".formatted(most));
		}
		this.ring = new long[most];
		this.table = new long[2 * most];
	}

	/**
	 * Takes an id in.
	 * @return whether it is none of the last ones
	 */
	boolean add(long id) {
		// Zero is an empty place.
		long key = (id != 0) ? id : 1;
		int place = place(key);
		if (this.table[place] == key) {
			return false;
		}
		if (this.full) {
			remove(this.ring[this.next]);
			place = place(key);
		}
		this.table[place] = key;
		this.ring[this.next] = key;
		this.next = (this.next + 1) % this.ring.length;
		this.full |= this.next == 0;
		return true;
	}

	private int home(long key) {
		return (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & (this.table.length - 1);
	}

	/** Returns where an id is, or where it would be. */
	private int place(long key) {
		int place = home(key);
		while (this.table[place] != 0 && this.table[place] != key) {
			place = next(place);
		}
		return place;
	}

	private int next(int place) {
		return (place + 1) & (this.table.length - 1);
	}

	/** Moves up what would not be found behind the gap. */
	private void remove(long key) {
		int gap = place(key);
		this.table[gap] = 0;
		for (int place = next(gap); this.table[place] != 0; place = next(place)) {
			long moved = this.table[place];
			this.table[place] = 0;
			this.table[place(moved)] = moved;
		}
	}

}
