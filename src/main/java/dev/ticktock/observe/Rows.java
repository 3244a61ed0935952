package dev.ticktock.observe;

import java.util.Arrays;
import java.util.function.Function;
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

	/**
	 * Creates an instance without rows.
	 * @param most the number of rows that are kept
	 */
	Rows(int most) {
		this.most = most;
	}

	/** Adds a row. If there are too many then, the oldest is dropped. */
	void add(int time, int second, int third, int fourth) {
		int place = placeAfter(time);
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
		int first = place * WIDTH;
		this.cells[first] = time;
		this.cells[first + 1] = second;
		this.cells[first + 2] = third;
		this.cells[first + 3] = fourth;
	}

	/**
	 * Adds rows of others.
	 * @param once whether to leave out those whose time is here already
	 */
	void addAll(Rows others, boolean once) {
		others.newestFirst((row) -> row)
			.filter((row) -> !once || at(row[0]) == null)
			.forEach((row) -> add(row[0], row[1], row[2], row[3]));
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

	/** Returns the last row; {@code null} if there is none. */
	int @Nullable [] last() {
		return (this.count > 0) ? row(this.count - 1) : null;
	}

	private int[] row(int place) {
		return Arrays.copyOfRange(this.cells, place * WIDTH, (place + 1) * WIDTH);
	}

	/** Returns what the rows stand for, the newest first. */
	<T> Stream<T> newestFirst(Function<int[], T> reading) {
		return IntStream.iterate(this.count - 1, (place) -> place >= 0, (place) -> place - 1)
			.mapToObj((place) -> reading.apply(row(place)));
	}

}
