package dev.ticktock.schedule;

/**
 * Says which schedules hold now. Safe for use by several threads; never blocks.
 */
@FunctionalInterface
public interface ScheduleSource {

	/**
	 * Returns the schedules that hold now.
	 */
	Schedules current();

}
