package dev.ticktock.observe;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The last of some rows of four numbers, in the order of the first, which is a time in
 * seconds. They share one array, because there can be a million. Not safe for use by
 * several threads.
 */
final class Rows {

	private static final int WIDTH = 4;

	private static final int[] NONE = {};

	private final int most;

	private int[] cells = NONE;

	private int count;

	Rows(int most) {
		this.most = most;
	}

	/** Adds a row. If there are too many then, the oldest is dropped. */
	void add(int... row) {
		int place = placeAfter(row[0]);
		if (this.count == this.most) {
			if (place == 0) {
				return;
			}
			place--;
			System.arraycopy(this.cells, WIDTH, this.cells, 0, place * WIDTH);
		}
		else {
			if (this.count * WIDTH == this.cells.length) {
				this.cells = Arrays.copyOf(this.cells, Math.min(this.most, Math.max(4, this.count * 2)) * WIDTH);
			}
			System.arraycopy(this.cells, place * WIDTH, this.cells, (place + 1) * WIDTH, (this.count - place) * WIDTH);
			this.count++;
		}
		System.arraycopy(row, 0, this.cells, place * WIDTH, WIDTH);
	}

	/** Adds those of other rows whose time none of these has. */
	void addMissing(Rows others) {
		others.newestFirst().filter((row) -> at(row[0]) == null).forEach(this::add);
	}

	private int placeAfter(int time) {
		int place = this.count;
		while (place > 0 && Integer.compareUnsigned(this.cells[(place - 1) * WIDTH], time) > 0) {
			place--;
		}
		return place;
	}

	/** Returns the last row of a time; {@code null} if there is none. */
	int @Nullable [] at(int time) {
		int place = placeAfter(time) - 1;
		return (place >= 0 && this.cells[place * WIDTH] == time) ? row(place) : null;
	}

	private int[] row(int place) {
		return Arrays.copyOfRange(this.cells, place * WIDTH, (place + 1) * WIDTH);
	}

	boolean isEmpty() {
		return this.count == 0;
	}

	Stream<int[]> newestFirst() {
		return IntStream.iterate(this.count - 1, (place) -> place >= 0, (place) -> place - 1).mapToObj(this::row);
	}

}
