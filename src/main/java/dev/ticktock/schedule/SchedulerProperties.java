package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.ticktock.startup.InvalidSettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the exchange and the schedules.
 *
 * @param exchange Name of the topic exchange that ticks are published to.
 * @param zone Time zone of the schedules that name none. The built-in schedules are in
 * UTC.
 * @param cron Schedules by event, added to the built-in ones or in their place: a line,
 * or an object with cron, zone and validity; "-" switches a schedule off.
 * @param maxValidity Longest time that a tick stays valid after its slot, for schedules
 * that do not set their own.
 */
@ConfigurationProperties("ticktock.scheduler")
public record SchedulerProperties(@DefaultValue("cron.schedule") String exchange, @DefaultValue("UTC") String zone,
		@DefaultValue Map<String, String> cron, @DefaultValue("12h") Duration maxValidity) {

	static final String PREFIX = "ticktock.scheduler.";

	private static final String OFF = "-";

	/** Room for the suffixes of the queues that are named after the exchange. */
	private static final int LONGEST_EXCHANGE = 255 - ".journal".length();

	/**
	 * Checks every value, so that a wrong one ends the start.
	 * @throws InvalidSettingException if one is wrong
	 */
	public SchedulerProperties {
		check(exchange);
		zoneId(zone);
		validity(maxValidity);
		cron = Map.copyOf(cron);
	}

	private static void check(String exchange) {
		if (exchange.isBlank()) {
			throw new InvalidSettingException(PREFIX + "exchange", exchange,
					"the exchange needs a name; the default exchange cannot route ticks",
					"Give it a name, or remove the property to use \"cron.schedule\".", null);
		}
		if (exchange.startsWith("amq.")) {
			throw new InvalidSettingException(PREFIX + "exchange", exchange,
					"names that begin with \"amq.\" are reserved for the broker's own exchanges",
					"Choose another name, or remove the property to use \"cron.schedule\".", null);
		}
		if (exchange.getBytes(StandardCharsets.UTF_8).length > LONGEST_EXCHANGE) {
			throw new InvalidSettingException(PREFIX + "exchange", exchange,
					"the name is longer than %d bytes".formatted(LONGEST_EXCHANGE), "Choose a shorter one.", null);
		}
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

	private static void validity(Duration maxValidity) {
		try {
			Validity.halfTheGap(maxValidity);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSettingException(PREFIX + "max-validity", maxValidity, String.valueOf(ex.getMessage()),
					"Use a duration such as 30m or 12h.", ex);
		}
	}

	/**
	 * Returns what holds for schedules that do not say otherwise.
	 */
	public Schedule.Defaults defaults() {
		return new Schedule.Defaults(zoneId(this.zone), this.maxValidity);
	}

	/**
	 * Returns the built-in and the configured schedules.
	 * @throws InvalidSettingException if a line or an event is wrong
	 */
	public Schedules schedules() {
		Map<String, Schedule> schedules = new TreeMap<>();
		configured().forEach((event, schedule) -> {
			if (!OFF.equals(schedule.line())) {
				schedules.put(event, schedule.parse(event, defaults()));
			}
		});
		return Schedules.of(schedules);
	}

	/**
	 * Returns the events that are switched off.
	 */
	public Set<String> switchedOff() {
		return configured().entrySet()
			.stream()
			.filter((each) -> OFF.equals(each.getValue().line()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toSet());
	}

	private Map<String, ConfiguredSchedule> configured() {
		Map<String, ConfiguredSchedule> configured = new TreeMap<>();
		BuiltInSchedules.LINES.forEach((event, line) -> configured.put(event, ConfiguredSchedule.builtIn(line)));
		ConfiguredSchedule.byEvent(this.cron)
			.forEach((event, schedule) -> configured.merge(event, schedule, ConfiguredSchedule::overridden));
		return configured;
	}

}
