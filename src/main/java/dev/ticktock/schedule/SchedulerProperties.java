package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
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

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the exchange and the schedules.
 *
 * @param exchange Name of the topic exchange that ticks are published to.
 * @param zone Time zone of the schedules that name none. The built-in schedules are in
 * UTC.
 * @param cron Schedules by event, added to the built-in ones or in their place: a line,
 * or an object with cron, zone, validity, from, until and data; "-" switches a schedule
 * off.
 * @param maxValidity Longest time that a tick stays valid after its slot, for schedules
 * that do not set their own.
 */
@ConfigurationProperties("ticktock.scheduler")
public record SchedulerProperties(@DefaultValue("cron.schedule") String exchange, @DefaultValue("UTC") String zone,
		@DefaultValue Map<String, String> cron, @DefaultValue("12h") Duration maxValidity) {

	private static final String PREFIX = "ticktock.scheduler.";

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

	/** Room for the suffixes of the queues that are named after the exchange. */
	private static final int LONGEST_EXCHANGE = 255 - ".journal".length();

	public SchedulerProperties {
		InvalidSettingException.unless(!exchange.isBlank(), PREFIX + "exchange", exchange,
				"the exchange needs a name; the default exchange cannot route ticks",
				"Give it a name, or remove the property to use \"cron.schedule\".");
		InvalidSettingException.unless(!exchange.startsWith("amq."), PREFIX + "exchange", exchange,
				"names that begin with \"amq.\" are reserved for the broker's own exchanges",
				"Choose another name, or remove the property to use \"cron.schedule\".");
		InvalidSettingException.unless(exchange.getBytes(StandardCharsets.UTF_8).length <= LONGEST_EXCHANGE,
				PREFIX + "exchange", exchange, "the name is longer than %d bytes".formatted(LONGEST_EXCHANGE),
				"Choose a shorter one.");
		zoneId(zone);
		try {
			Validity.halfTheGap(maxValidity);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSettingException(PREFIX + "max-validity", maxValidity, String.valueOf(ex.getMessage()),
					"Use a duration such as 30m or 12h.", ex);
		}
		cron = Map.copyOf(cron);
	}

	private static ZoneId zoneId(String zone) {
		try {
			return TimingParser.zone(zone);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSettingException(PREFIX + "zone", zone, String.valueOf(ex.getMessage()),
					"Use the name of a region such as Europe/Oslo, an offset such as +02:00, or UTC.", ex);
		}
	}

	public Schedule.Defaults defaults() {
		return new Schedule.Defaults(zoneId(this.zone), this.maxValidity);
	}

	/**
	 * Returns the built-in and the configured schedules.
	 * @throws InvalidSettingException if a line or an event is wrong
	 */
	public ScheduleRegistry registry() {
		Schedule.Defaults defaults = defaults();
		Map<String, Schedule> schedules = new TreeMap<>();
		Set<String> switchedOff = new HashSet<>();
		events().forEach((event, fields) -> {
			if (OFF.equals(line(fields))) {
				switchedOff.add(event);
			}
			else {
				schedules.put(event, schedule(event, fields, defaults));
			}
		});
		return new ScheduleRegistry(Schedules.of(schedules), switchedOff);
	}

	/** Returns the fields of each event, which had been flattened on the way. */
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

	private Schedule schedule(String event, Map<String, String> fields, Schedule.Defaults defaults) {
		String configured = line(fields);
		String line = (configured != null) ? configured : BUILT_IN.get(event);
		String zone = fields.get(ZONE);
		String in = (zone == null && configured == null) ? "UTC" : zone;
		Origin origin = fields.isEmpty() ? Origin.BUILT_IN : Origin.CONFIGURED;
		try {
			if (line != null) {
				return Schedule.parse(origin, event, line, in, fields.get(VALIDITY), defaults)
					.between(fields.get(FROM), fields.get(UNTIL), in, defaults)
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
			throw new InvalidSettingException(PREFIX + "cron." + event + field, ex.value(), ex.reason(),
					ex.remedy() + more, ex);
		}
		String name = (zone != null) ? ZONE : VALIDITY;
		throw new InvalidSettingException(PREFIX + "cron." + event + name, String.valueOf(fields.get(name)),
				"it is the %s of a schedule that has no line".formatted(name.substring(1)),
				"Add %scron.%s.cron. An event cannot end in \"%s\".".formatted(PREFIX, event, name), null);
	}

}
