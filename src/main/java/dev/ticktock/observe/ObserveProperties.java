package dev.ticktock.observe;

import dev.ticktock.startup.InvalidSettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the history.
 *
 * @param events Largest number of events that have a history.
 */
@ConfigurationProperties("ticktock.observe")
record ObserveProperties(@DefaultValue("10000") int events) {

	private static final int MOST = 100_000;

	/**
	 * Checks the number, so that a wrong one ends the start.
	 * @throws InvalidSettingException if it is wrong
	 */
	ObserveProperties {
		if (events < 0 || events > MOST) {
			throw new InvalidSettingException("ticktock.observe.events", events,
					"it is not between 0 and %d".formatted(MOST), "Use a number such as 10000.", null);
		}
	}

}
