package dev.ticktock.schedule;

/**
 * Says which schedules hold now. Safe for use by several threads; never blocks.
 */
@FunctionalInterface
public interface ScheduleSource {

	/**
	 * Returns the schedules that hold now: the same instance until they change.
	 */
	Schedules current();

	/**
	 * Says that what workers have registered may have changed unnoticed: another replica
	 * led until now. The schedules are not complete until the broker has been asked anew.
	 */
	default void doubt() {
	}

}
