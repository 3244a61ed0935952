package dev.ticktock.leader;

import dev.ticktock.startup.InvalidSettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the meters of ticks.
 *
 * @param maxEventTags Largest number of events that the meters of ticks tell apart; the
 * others share the tag "other".
 */
@ConfigurationProperties("ticktock.observe")
record MeterProperties(@DefaultValue("100") int maxEventTags) {

	private static final int MOST = 10_000;

	MeterProperties {
		if (maxEventTags < 0 || maxEventTags > MOST) {
			throw new InvalidSettingException("ticktock.observe.max-event-tags", maxEventTags,
					"it is not between 0 and %d".formatted(MOST), "Use a number such as 100.", null);
		}
	}

}
