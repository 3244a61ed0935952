package dev.ticktock.discovery;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a binding ask for; {@code null} for an argument that is missing.
 *
 * @param cron the line
 * @param zone the time zone beside it
 * @param validity how long ticks are worth running
 * @param misspelt the name of an argument that is one of these but for its case
 */
public record Request(@Nullable Argument cron, @Nullable Argument zone, @Nullable Argument validity,
		@Nullable String misspelt) {

	static final String CRON = "cron";

	static final String ZONE = "zone";

	static final String VALIDITY = "validity";

	private static final List<String> NAMES = List.of(CRON, ZONE, VALIDITY);

	/**
	 * Returns what these arguments ask for; {@code null} if they do not ask for a
	 * schedule.
	 */
	public static @Nullable Request of(Map<String, ?> arguments) {
		return of(argument(arguments.get(CRON)), argument(arguments.get(ZONE)), argument(arguments.get(VALIDITY)),
				arguments.keySet().stream().filter(Request::isMisspelt).findFirst().orElse(null));
	}

	static @Nullable Request of(@Nullable Argument cron, @Nullable Argument zone, @Nullable Argument validity,
			@Nullable String misspelt) {
		return (cron != null || zone != null || validity != null || misspelt != null)
				? new Request(cron, zone, validity, misspelt) : null;
	}

	/**
	 * Says whether the name of an argument is one of these but for its case. Any other
	 * name belongs to somebody else.
	 */
	static boolean isMisspelt(String name) {
		return !NAMES.contains(name) && NAMES.stream().anyMatch(name::equalsIgnoreCase);
	}

	private static @Nullable Argument argument(@Nullable Object value) {
		return (value != null) ? Argument.of(value) : null;
	}

	/** Returns how many characters it holds. */
	int size() {
		return size(this.cron) + size(this.zone) + size(this.validity)
				+ ((this.misspelt != null) ? this.misspelt.length() : 0);
	}

	private static int size(@Nullable Argument argument) {
		return (argument != null) ? argument.text().length() : 0;
	}

}
