package dev.ticktock.leader;

import dev.ticktock.startup.InvalidSettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the history, and of the meters of ticks.
 *
 * @param events Largest number of events that have a history.
 * @param maxEventTags Largest number of events that the meters of ticks tell apart; the
 * others share the tag "other".
 */
@ConfigurationProperties("ticktock.observe")
public record ObserveProperties(@DefaultValue("10000") int events, @DefaultValue("100") int maxEventTags) {

	public ObserveProperties {
		check("events", events, 100_000, 10_000);
		check("max-event-tags", maxEventTags, 10_000, 100);
	}

	private static void check(String name, int value, int most, int usual) {
		InvalidSettingException.unless(value >= 0 && value <= most, "ticktock.observe." + name, value,
				"it is not between 0 and %d".formatted(most), "Use a number such as %d.".formatted(usual));
	}

}
