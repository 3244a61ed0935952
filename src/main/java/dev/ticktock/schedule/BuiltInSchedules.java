package dev.ticktock.schedule;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The schedules that every TickTock has, all in UTC. Their names promise even spacing, so
 * those whose number does not divide the hour or the day are {@code @every}.
 */
final class BuiltInSchedules {

	/** The lines by event. */
	static final Map<String, String> LINES = lines();

	private BuiltInSchedules() {
	}

	private static Map<String, String> lines() {
		Map<String, String> lines = new LinkedHashMap<>();
		lines.put("cron.second.30", "*/30 * * * * *");
		lines.put("cron.minute.1", "0 * * * * *");
		for (int minutes : new int[] { 2, 5, 10, 15, 30 }) {
			lines.put("cron.minute." + minutes, "0 */" + minutes + " * * * *");
		}
		lines.put("cron.minute.45", "@every 45m");
		lines.put("cron.hour.1", "0 0 * * * *");
		for (int hours : new int[] { 2, 4, 6, 8, 12 }) {
			lines.put("cron.hour." + hours, "0 0 */" + hours + " * * *");
		}
		lines.put("cron.hour.16", "@every 16h");
		lines.put("cron.day.1", "0 0 0 * * *");
		return Map.copyOf(lines);
	}

}
