package dev.ticktock.schedule;

/**
 * Returns the schedules that hold now. Safe for use by several threads; never blocks.
 */
@FunctionalInterface
public interface ScheduleSource {

	Schedules current();

}
