package dev.ticktock.observe;

import org.jspecify.annotations.Nullable;

/**
 * What the workers of one event have answered.
 */
final class Answers {

	static final int DONE = 0;

	static final int FAILED = 1;

	/** Of an event whose workers do not answer; never changed. */
	static final Answers NONE = new Answers();

	/**
	 * Slot, milliseconds from it until the job began, status, milliseconds it took.
	 */
	final Rows rows = new Rows(History.TICKS);

	/** The row of the last success. */
	int @Nullable [] success;

	/** The row of the last failure. */
	int @Nullable [] failure;

	/** Why that failed. */
	@Nullable String message;

	void add(int[] row, @Nullable String why) {
		this.rows.add(row);
		last(row, why);
	}

	private void last(int @Nullable [] row, @Nullable String why) {
		if (isNewer(row, DONE, this.success)) {
			this.success = row;
		}
		if (isNewer(row, FAILED, this.failure)) {
			this.failure = row;
			this.message = why;
		}
	}

	static boolean isNewer(int @Nullable [] row, int status, int @Nullable [] than) {
		return row != null && row[2] == status && (than == null || Integer.compareUnsigned(row[0], than[0]) > 0);
	}

	void addOlder(Answers older) {
		older.rows.newestFirst().filter((row) -> this.rows.at(row[0]) == null).forEach(this.rows::add);
		last(older.success, null);
		last(older.failure, older.message);
	}

}
