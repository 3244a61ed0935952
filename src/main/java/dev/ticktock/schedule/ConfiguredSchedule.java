package dev.ticktock.schedule;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;

import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/**
 * A schedule as it is written in the configuration, as a line or as an object.
 *
 * @param line the line; {@code null} if only the other fields are given
 * @param zone the time zone; {@code null} for the default
 * @param validity the validity; {@code null} for the default
 */
record ConfiguredSchedule(@Nullable String line, @Nullable String zone, @Nullable String validity) {

	private static final String CRON = ".cron";

	private static final String ZONE = ".zone";

	private static final String VALIDITY = ".validity";

	static ConfiguredSchedule builtIn(String line) {
		return new ConfiguredSchedule(line, "UTC", null);
	}

	/**
	 * Groups what a map of properties says by event. An object has been flattened on the
	 * way, so the last word of a key can be the name of a field.
	 */
	static Map<String, ConfiguredSchedule> byEvent(Map<String, String> properties) {
		Map<String, ConfiguredSchedule> schedules = new TreeMap<>();
		new TreeMap<>(properties).forEach((key, value) -> {
			String text = value.strip();
			if (key.endsWith(CRON)) {
				add(schedules, key, CRON, new ConfiguredSchedule(text, null, null));
			}
			else if (key.endsWith(ZONE)) {
				add(schedules, key, ZONE, new ConfiguredSchedule(null, text, null));
			}
			else if (key.endsWith(VALIDITY)) {
				add(schedules, key, VALIDITY, new ConfiguredSchedule(null, null, text));
			}
			else {
				add(schedules, key, "", new ConfiguredSchedule(text, null, null));
			}
		});
		return schedules;
	}

	private static void add(Map<String, ConfiguredSchedule> schedules, String key, String field,
			ConfiguredSchedule schedule) {
		schedules.merge(key.substring(0, key.length() - field.length()), schedule, ConfiguredSchedule::overridden);
	}

	/**
	 * Returns this with the fields of another in their place where it has them.
	 */
	ConfiguredSchedule overridden(ConfiguredSchedule other) {
		if (other.line != null && this.line != null) {
			return other;
		}
		return new ConfiguredSchedule((other.line != null) ? other.line : this.line,
				(other.zone != null) ? other.zone : this.zone,
				(other.validity != null) ? other.validity : this.validity);
	}

	/**
	 * Parses the schedule.
	 * @throws InvalidSettingException if a field is wrong
	 */
	Schedule parse(String event, String defaultZone, Duration maxValidity) {
		String property = SchedulerProperties.PREFIX + "cron." + event;
		if (this.line == null) {
			throw new InvalidSettingException(property, (this.zone != null) ? this.zone : String.valueOf(this.validity),
					"the schedule has a zone or a validity and no line", "Add %s.cron.".formatted(property), null);
		}
		ZoneId zone = (this.zone != null) ? SchedulerProperties.zoneId(property + ZONE, this.zone)
				: SchedulerProperties.zoneId(SchedulerProperties.PREFIX + "zone", defaultZone);
		try {
			return Schedule.parse(event, this.line, zone, validity(property, maxValidity));
		}
		catch (ScheduleFormatException ex) {
			throw new InvalidSettingException(property, this.line, ex.reason(),
					"Use six fields from second to day of week, such as \"0 */15 * * * *\", or \"@every 45m\"; \"-\" "
							+ "switches a built-in schedule off.",
					ex);
		}
	}

	private Validity validity(String property, Duration maxValidity) {
		if (!StringUtils.hasText(this.validity)) {
			return Validity.halfTheGap(maxValidity);
		}
		try {
			return Validity.of(DurationStyle.detectAndParse(this.validity));
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new InvalidSettingException(property + VALIDITY, this.validity, String.valueOf(ex.getMessage()),
					"Use a duration such as 90s, 30m or 12h, from 1 ms to 3650 days.", ex);
		}
	}

}
