package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The last hour and the next one of some schedules: those that are in trouble first, then
 * those that are due most often.
 *
 * @param from when the last hour began
 * @param to when the next hour ends
 * @param matching how many schedules there are to choose from
 * @param rows the schedules
 */
record Timeline(Instant from, Instant to, int matching, List<Row> rows) {

	/**
	 * One schedule. A schedule that is due more than once a minute, and too often for
	 * single marks, has runs in place of the marks of published slots, and no upcoming
	 * slots.
	 *
	 * @param every the time between two slots, if there are runs
	 * @param marks what became of the slots of the last hour, the newest first
	 * @param runs when it was published without a pause; exact to the hour if there was a
	 * pause
	 * @param upcoming the slots of the next hour
	 * @param coming when it is due without a pause in the next hour
	 */
	record Row(String event, @Nullable Duration every, List<Mark> marks, List<Run> runs, List<Instant> upcoming,
			List<Run> coming) {

	}

	/**
	 * A time in which a schedule was, or is, published without a pause.
	 */
	record Run(Instant from, Instant to) {

	}

}
