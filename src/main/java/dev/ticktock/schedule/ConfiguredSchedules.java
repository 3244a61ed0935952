package dev.ticktock.schedule;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleFormatException.Part;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/**
 * The built-in schedules and those of the configuration, which are added to them or
 * replace them.
 */
public final class ConfiguredSchedules {

	/** The property of the schedules by event. */
	public static final String PROPERTY = "ticktock.scheduler.cron";

	private static final String CRON = ".cron";

	private static final String ZONE = ".zone";

	private static final String VALIDITY = ".validity";

	private static final String FROM = ".from";

	private static final String UNTIL = ".until";

	private static final String DATA = ".data";

	private static final Set<String> FIELDS = Set.of(CRON, ZONE, VALIDITY, FROM, UNTIL, DATA);

	/** Fields of an object that has a line: alone, they end the name of an event. */
	private static final Set<String> BESIDE_A_LINE = Set.of(FROM, UNTIL, DATA);

	private static final String OFF = "-";

	/**
	 * The schedules that every TickTock has, all in UTC. Their names promise even
	 * spacing, so those whose number does not divide the hour or the day are
	 * {@code @every}.
	 */
	static final Map<String, String> BUILT_IN = Map.ofEntries(Map.entry("cron.second.30", "*/30 * * * * *"),
			Map.entry("cron.minute.1", "0 * * * * *"), Map.entry("cron.minute.2", "0 */2 * * * *"),
			Map.entry("cron.minute.5", "0 */5 * * * *"), Map.entry("cron.minute.10", "0 */10 * * * *"),
			Map.entry("cron.minute.15", "0 */15 * * * *"), Map.entry("cron.minute.30", "0 */30 * * * *"),
			Map.entry("cron.minute.45", "@every 45m"), Map.entry("cron.hour.1", "0 0 * * * *"),
			Map.entry("cron.hour.2", "0 0 */2 * * *"), Map.entry("cron.hour.4", "0 0 */4 * * *"),
			Map.entry("cron.hour.6", "0 0 */6 * * *"), Map.entry("cron.hour.8", "0 0 */8 * * *"),
			Map.entry("cron.hour.12", "0 0 */12 * * *"), Map.entry("cron.hour.16", "@every 16h"),
			Map.entry("cron.day.1", "0 0 0 * * *"));

	private final Map<String, String> cron;

	private final Schedule.Defaults defaults;

	/**
	 * Takes the values of the property.
	 * @param cron lines by event; an object has one value for each field, such as
	 * {@code report.cron} and {@code report.zone}
	 * @param defaults the values of schedules that do not set their own
	 */
	public ConfiguredSchedules(Map<String, String> cron, Schedule.Defaults defaults) {
		this.cron = cron;
		this.defaults = defaults;
	}

	/**
	 * Returns the schedules as a registry.
	 * @throws InvalidSettingException if a line or an event is wrong
	 */
	public ScheduleRegistry registry() {
		Map<String, Schedule> schedules = new TreeMap<>();
		Set<String> switchedOff = new HashSet<>();
		events().forEach((event, fields) -> {
			if (OFF.equals(line(fields))) {
				switchedOff.add(event);
			}
			else {
				schedules.put(event, schedule(event, fields));
			}
		});
		return new ScheduleRegistry(Schedules.of(schedules), switchedOff);
	}

	/** Returns the fields of each event. Spring Boot flattens objects. */
	private Map<String, Map<String, String>> events() {
		Map<String, Map<String, String>> events = new TreeMap<>();
		BUILT_IN.keySet().forEach((event) -> events.put(event, new HashMap<>()));
		this.cron.forEach((key, value) -> {
			String field = field(key);
			events.computeIfAbsent(eventOf(key, field), (event) -> new HashMap<>())
				.put(field, field.equals(DATA) ? value : value.strip());
		});
		return events;
	}

	/** Returns the last word of a key if it is the name of a field; else an empty one. */
	private String field(String key) {
		String word = key.substring(Math.max(0, key.lastIndexOf('.')));
		return FIELDS.contains(word) && (!BESIDE_A_LINE.contains(word) || hasLine(eventOf(key, word))) ? word : "";
	}

	private static String eventOf(String key, String field) {
		return key.substring(0, key.length() - field.length());
	}

	private boolean hasLine(String event) {
		return this.cron.containsKey(event + CRON) || BUILT_IN.containsKey(event);
	}

	private static @Nullable String line(Map<String, String> fields) {
		return fields.getOrDefault(CRON, fields.get(""));
	}

	private Schedule schedule(String event, Map<String, String> fields) {
		String configured = line(fields);
		String line = (configured != null) ? configured : BUILT_IN.get(event);
		String zone = fields.get(ZONE);
		String in = (zone == null && configured == null) ? "UTC" : zone;
		Origin origin = fields.isEmpty() ? Origin.BUILT_IN : Origin.CONFIGURED;
		try {
			if (line != null) {
				return Schedule.parse(origin, event, line, in, fields.get(VALIDITY), this.defaults)
					.between(fields.get(FROM), fields.get(UNTIL), in, this.defaults)
					.carrying(fields.get(DATA));
			}
		}
		catch (ScheduleFormatException ex) {
			boolean isLine = ex.part() == Part.LINE || ex.part() == Part.EVENT;
			String field = isLine ? "" : "." + ex.part().name().toLowerCase(Locale.ROOT);
			String parent = event.substring(0, Math.max(0, event.lastIndexOf('.')));
			String more = (ex.part() != Part.LINE) ? ""
					: !hasLine(parent) ? " \"-\" disables a built-in schedule."
							: " If it is a field of \"%s\": the fields are cron, zone, validity, from, until and data."
								.formatted(parent);
			throw new InvalidSettingException(PROPERTY + "." + event + field, ex.value(), ex.reason(),
					ex.remedy() + more, ex);
		}
		String name = (zone != null) ? ZONE : VALIDITY;
		throw new InvalidSettingException(PROPERTY + "." + event + name, String.valueOf(fields.get(name)),
				"it is the %s of a schedule that has no line".formatted(name.substring(1)),
				"Add %s.%s.cron. An event cannot end in \"%s\".".formatted(PROPERTY, event, name), null);
	}

}
