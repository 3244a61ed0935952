package dev.ticktock.discovery;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a binding ask for; {@code null} for an argument that is missing.
 *
 * @param cron the line
 * @param zone the time zone beside it
 * @param validity how long ticks are worth running
 */
public record Request(@Nullable Argument cron, @Nullable Argument zone, @Nullable Argument validity) {

	static final String CRON = "cron";

	static final String ZONE = "zone";

	static final String VALIDITY = "validity";

	/**
	 * Returns what these arguments ask for; {@code null} if they do not ask for a
	 * schedule.
	 */
	public static @Nullable Request of(Map<String, ?> arguments) {
		return of(argument(arguments.get(CRON)), argument(arguments.get(ZONE)), argument(arguments.get(VALIDITY)));
	}

	static @Nullable Request of(@Nullable Argument cron, @Nullable Argument zone, @Nullable Argument validity) {
		return (cron != null || zone != null || validity != null) ? new Request(cron, zone, validity) : null;
	}

	private static @Nullable Argument argument(@Nullable Object value) {
		return (value != null) ? Argument.of(value) : null;
	}

	/** Returns how many characters it holds. */
	int size() {
		return size(this.cron) + size(this.zone) + size(this.validity);
	}

	private static int size(@Nullable Argument argument) {
		return (argument != null) ? argument.text().length() : 0;
	}

}
