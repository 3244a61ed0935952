package dev.ticktock.schedule;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The {@link Progress} of a leader, for the leaders to come.
 *
 * @param cursor the last tick published
 * @param schedules the schedules that the leader covers, by event
 */
public record Checkpoint(Cursor cursor, Map<String, Covered> schedules) {

	public Checkpoint {
		schedules = Collections.unmodifiableMap(new HashMap<>(schedules));
	}

	/**
	 * One schedule.
	 *
	 * @param definition what its slots follow from
	 * @param registered whether a worker has registered it
	 * @param doneUntil the instant until which every slot is done
	 */
	public record Covered(String definition, boolean registered, Instant doneUntil) {

		public Covered {
			Objects.requireNonNull(definition, "a definition is missing");
			Objects.requireNonNull(doneUntil, "an instant is missing");
		}

		Covered atLeastUntil(Instant instant) {
			return instant.isAfter(this.doneUntil) ? new Covered(this.definition, this.registered, instant) : this;
		}

	}

}
