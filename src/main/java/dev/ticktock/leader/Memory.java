package dev.ticktock.leader;

import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;

/**
 * How far this replica has come in its own terms. Where there is no journal, its next
 * term goes on from there. Called by one thread.
 */
final class Memory {

	private final ClockTolerance tolerance;

	private Cursor cursor;

	Memory(Cursor cursor, ClockTolerance tolerance) {
		this.cursor = cursor;
		this.tolerance = tolerance;
	}

	void remember(Cursor reached) {
		this.cursor = this.cursor.max(reached);
	}

	/**
	 * Returns the cursor; the present, if the clock was ahead when this replica started
	 * or led.
	 */
	Cursor cursor() {
		this.cursor = this.tolerance.isAhead(this.cursor.slot()) ? Cursor.at(this.tolerance.clock().instant())
				: this.cursor;
		return this.cursor;
	}

}
