package dev.ticktock.discovery;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a binding ask for; {@code null} for an argument that is missing.
 *
 * @param cron the line
 * @param zone the time zone beside it
 * @param validity how long ticks are worth running
 * @param misspelt a wrong name for one of these: its name in another case, or in another
 * scheduler
 */
public record Request(@Nullable Argument cron, @Nullable Argument zone, @Nullable Argument validity,
		@Nullable String misspelt) {

	static final String CRON = "cron";

	static final String ZONE = "zone";

	static final String VALIDITY = "validity";

	/**
	 * The names of the arguments, by these and by the names in other schedulers, in lower
	 * case.
	 */
	private static final Map<String, String> NAMES = Map.of(CRON, CRON, "x-cron", CRON, "schedule", CRON, ZONE, ZONE,
			"timezone", ZONE, "tz", ZONE, VALIDITY, VALIDITY);

	/**
	 * Returns what these arguments ask for; {@code null} if they do not ask for a
	 * schedule.
	 */
	public static @Nullable Request of(Map<String, ?> arguments) {
		String misspelt = null;
		for (Map.Entry<String, ?> argument : arguments.entrySet()) {
			if (Argument.of(argument.getValue()) != null) {
				misspelt = misspelt(misspelt, argument.getKey());
			}
		}
		return of(Argument.of(arguments.get(CRON)), Argument.of(arguments.get(ZONE)),
				Argument.of(arguments.get(VALIDITY)), misspelt);
	}

	static @Nullable Request of(@Nullable Argument cron, @Nullable Argument zone, @Nullable Argument validity,
			@Nullable String misspelt) {
		String told = (misspelt != null && matters(misspelt, cron)) ? misspelt : null;
		return (cron != null || zone != null || validity != null || told != null)
				? new Request(cron, zone, validity, told) : null;
	}

	/**
	 * A name in another case always matters. The zone's name in another scheduler matters
	 * only beside a cron, and the cron's only without one.
	 */
	private static boolean matters(String misspelt, @Nullable Argument cron) {
		String meant = meant(misspelt);
		return misspelt.equalsIgnoreCase(meant) || CRON.equals(meant) == (cron == null);
	}

	/**
	 * Returns the one of two misspelt names to report: that of the cron, or else the
	 * later.
	 * @param before the one so far; {@code null} if there is none
	 * @param name the next name, which may be none of these
	 */
	static @Nullable String misspelt(@Nullable String before, String name) {
		return (meant(name) == null || (before != null && CRON.equals(meant(before)))) ? before : name;
	}

	/**
	 * Returns the name of the argument that is meant by another name; {@code null} if the
	 * name is right, or belongs to another application.
	 */
	static @Nullable String meant(String name) {
		String meant = NAMES.get(name.toLowerCase(Locale.ROOT));
		return name.equals(meant) ? null : meant;
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
