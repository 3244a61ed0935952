package dev.ticktock.schedule;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException.Part;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

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
			String field = Stream.of(CRON, ZONE, VALIDITY).filter(key::endsWith).findAny().orElse("");
			String text = value.strip();
			ConfiguredSchedule schedule = switch (field) {
				case ZONE -> new ConfiguredSchedule(null, text, null);
				case VALIDITY -> new ConfiguredSchedule(null, null, text);
				default -> new ConfiguredSchedule(text, null, null);
			};
			schedules.merge(key.substring(0, key.length() - field.length()), schedule, ConfiguredSchedule::overridden);
		});
		return schedules;
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
	Schedule parse(String event, Schedule.Defaults defaults) {
		String property = SchedulerProperties.PREFIX + "cron." + event;
		if (this.line == null) {
			throw new InvalidSettingException(property, (this.zone != null) ? this.zone : String.valueOf(this.validity),
					"the schedule has a zone or a validity but no line", "Add %s.cron.".formatted(property), null);
		}
		try {
			return Schedule.parse(origin(event), event, this.line, this.zone, this.validity, defaults);
		}
		catch (ScheduleFormatException ex) {
			String field = (ex.part() == Part.ZONE) ? ZONE : (ex.part() == Part.VALIDITY) ? VALIDITY : "";
			throw new InvalidSettingException(property + field, ex.value(), ex.reason(),
					ex.remedy() + ((ex.part() == Part.LINE) ? " \"-\" disables a built-in schedule." : ""), ex);
		}
	}

	private Origin origin(String event) {
		return builtIn(String.valueOf(BuiltInSchedules.LINES.get(event))).equals(this) ? Origin.BUILT_IN
				: Origin.CONFIGURED;
	}

}
