package dev.ticktock.chaos;

import java.time.Duration;

/**
 * How much of a scenario is run: the short form unless the system property
 * {@code ticktock.chaos} is {@code long}.
 */
final class Form {

	static final boolean LONG = "long".equals(System.getProperty("ticktock.chaos"));

	/**
	 * The longest silence of a host, in the median, before another replica publishes:
	 * RabbitMQ finds it after two to three heartbeats of a second.
	 */
	static final Duration MEDIAN_SILENCE = Duration.ofMillis(LONG ? 2500 : 4000);

	private Form() {
	}

	/** Returns the one of two numbers that belongs to the form. */
	static int times(int shortForm, int longForm) {
		return LONG ? longForm : shortForm;
	}

}
