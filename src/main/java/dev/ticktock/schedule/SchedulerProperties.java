package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;

import dev.ticktock.startup.InvalidSettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the exchange, and the defaults of the schedules.
 *
 * @param exchange Name of the topic exchange that ticks are published to.
 * @param zone Time zone of the schedules that name none. The built-in schedules are in
 * UTC.
 * @param maxValidity Longest time that a tick stays valid after its slot, for schedules
 * that do not set their own.
 */
@ConfigurationProperties("ticktock.scheduler")
public record SchedulerProperties(@DefaultValue("cron.schedule") String exchange, @DefaultValue("UTC") String zone,
		@DefaultValue("12h") Duration maxValidity) {

	private static final String PREFIX = "ticktock.scheduler.";

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

}
