package dev.ticktock.schedule;

import java.util.Map;

/**
 * The schedules that every TickTock has, all in UTC. Their names promise even spacing, so
 * those whose number does not divide the hour or the day are {@code @every}.
 */
final class BuiltInSchedules {

	/** The lines by event. */
	static final Map<String, String> LINES = Map.ofEntries(Map.entry("cron.second.30", "*/30 * * * * *"),
			Map.entry("cron.minute.1", "0 * * * * *"), Map.entry("cron.minute.2", "0 */2 * * * *"),
			Map.entry("cron.minute.5", "0 */5 * * * *"), Map.entry("cron.minute.10", "0 */10 * * * *"),
			Map.entry("cron.minute.15", "0 */15 * * * *"), Map.entry("cron.minute.30", "0 */30 * * * *"),
			Map.entry("cron.minute.45", "@every 45m"), Map.entry("cron.hour.1", "0 0 * * * *"),
			Map.entry("cron.hour.2", "0 0 */2 * * *"), Map.entry("cron.hour.4", "0 0 */4 * * *"),
			Map.entry("cron.hour.6", "0 0 */6 * * *"), Map.entry("cron.hour.8", "0 0 */8 * * *"),
			Map.entry("cron.hour.12", "0 0 */12 * * *"), Map.entry("cron.hour.16", "@every 16h"),
			Map.entry("cron.day.1", "0 0 0 * * *"));

	private BuiltInSchedules() {
	}

}
