package dev.ticktock.observe;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The endpoint's answer about a line that is no schedule yet. Fields that are
 * {@code null} are left out: either the slots, or the refusal.
 *
 * @param definition the line as it is understood
 * @param next the next slots, in the schedule's time zone
 * @param reason why it is refused
 * @param remedy what to write instead, as a sentence
 */
record Preview(@Nullable String definition, @Nullable List<OffsetDateTime> next, @Nullable String reason,
		@Nullable String remedy) implements OperationResponseBody {

	static Preview of(String event, String line, @Nullable String zone, Schedule.Defaults defaults, Instant now) {
		try {
			Schedule schedule = Schedule.parse(Origin.CONFIGURED, event, line, zone, null, defaults);
			return new Preview(schedule.definition(), NextSlots.after(now, schedule), null, null);
		}
		catch (ScheduleFormatException ex) {
			return new Preview(null, null, ex.reason(), ex.remedy());
		}
	}

}
