package dev.ticktock.leader;

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

}
