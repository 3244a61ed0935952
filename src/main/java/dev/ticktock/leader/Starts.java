package dev.ticktock.leader;

import java.util.Map;

import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;

/**
 * Says where schedules start in a term.
 */
interface Starts {

	/** Returns where a schedule starts that is there when the term begins. */
	Cursor atTheBeginning(Schedule schedule);

	/** Returns where a schedule starts that comes, or changes, during the term. */
	Cursor later(Schedule schedule);

	/**
	 * Returns what leaders before covered of schedules that workers had registered, each
	 * with how far it is done: whether they are still registered may not be known when
	 * the term begins.
	 */
	Map<String, Checkpoint.Entry> registeredBefore();

}
