package dev.ticktock.schedule;

import dev.ticktock.schedule.Schedule.Origin;

/**
 * Where one schedule stands.
 *
 * @param definition what its slots follow from
 * @param registered whether a worker has registered it
 * @param progress how far it is done
 */
public record Standing(String definition, boolean registered, Progress progress) {

	static Standing of(Schedule schedule, Progress progress) {
		return new Standing(schedule.definition(), schedule.origin() == Origin.REGISTERED, progress);
	}

	/** Says whether a schedule is the one that stands here, in whatever words. */
	boolean covers(Schedule schedule) {
		return schedule.isDueAs(this.definition);
	}

	Standing with(Progress changed) {
		return changed.equals(this.progress) ? this : new Standing(this.definition, this.registered, changed);
	}

}
