package dev.ticktock.discovery;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import org.jspecify.annotations.Nullable;

/**
 * The schedule that a binding asks for. A text that is too long for any schedule is kept
 * only in part, and nothing is kept of an argument that is neither text nor number.
 *
 * @param arguments the arguments that concern TickTock: {@link String}, {@link Double},
 * or {@link #OTHER}
 */
public record Request(Map<String, Object> arguments) {

	/** A list, a table, a truth value. */
	static final Object OTHER = true;

	/** The longest text that is read, in characters. */
	static final int LONGEST = 1000;

	private static final String CRON = "cron";

	private static final String ZONE = "zone";

	private static final String VALIDITY = "validity";

	/** AMQP's void, as the management API writes it. */
	private static final String VOID = "undefined";

	/**
	 * The arguments by their names here and in other schedulers, in lower case.
	 */
	private static final Map<String, String> NAMES = Map.of(CRON, CRON, "x-cron", CRON, "schedule", CRON, ZONE, ZONE,
			"timezone", ZONE, "tz", ZONE, VALIDITY, VALIDITY);

	/**
	 * Returns what the arguments of a binding ask for; {@code null} if they do not ask
	 * for a schedule.
	 */
	public static @Nullable Request of(Map<String, ?> arguments) {
		Map<String, Object> known = new HashMap<>();
		arguments.forEach((name, value) -> {
			if (value != null && !VOID.equals(value) && NAMES.containsKey(name.toLowerCase(Locale.ROOT))) {
				known.put(name, bounded(value));
			}
		});
		boolean asks = known.keySet().stream().anyMatch(NAMES::containsValue) || misspelt(known) != null;
		return asks ? new Request(Map.copyOf(known)) : null;
	}

	private static Object bounded(Object value) {
		if (value instanceof CharSequence text) {
			return text.subSequence(0, Math.min(text.length(), LONGEST + 1)).toString();
		}
		return (value instanceof Number number) ? (Object) number.doubleValue() : OTHER;
	}

	/**
	 * Returns a wrong name of an argument; {@code null} if there is none. A name in
	 * another case is always wrong. The zone's name in another scheduler is wrong only
	 * beside a cron, and the cron's only without one.
	 */
	private static @Nullable String misspelt(Map<String, Object> arguments) {
		boolean cron = arguments.containsKey(CRON);
		return arguments.keySet().stream().filter((name) -> {
			String meant = meant(name);
			return !name.equals(meant) && (name.equalsIgnoreCase(meant) || CRON.equals(meant) != cron);
		}).min(Comparator.comparing(Request::meant)).orElse(null);
	}

	private static String meant(String name) {
		return NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
	}

	/**
	 * Returns the schedule that is asked for.
	 * @throws IllegalArgumentException if there is none; the message has the reason and
	 * the remedy, as sentences
	 */
	Schedule schedule(String event, Schedule.Defaults defaults) {
		String misspelt = misspelt(this.arguments);
		if (misspelt != null) {
			String meant = meant(misspelt);
			throw new IllegalArgumentException("it has the argument %s, which does nothing. Name it %s%s."
				.formatted(misspelt, meant, misspelt.equalsIgnoreCase(meant) ? ", in lower case" : ""));
		}
		String cron = text(CRON, "Use a line such as \"0 30 2 * * *\".");
		if (cron == null) {
			throw new IllegalArgumentException(
					"it has a zone or a validity but no cron. Add the argument cron, such as \"0 30 2 * * *\".");
		}
		String zone = text(ZONE, "Use a name such as \"Europe/Oslo\".");
		String validity = (this.arguments.get(VALIDITY) instanceof Double number) ? milliseconds(number)
				: text(VALIDITY, "Use a duration such as \"90s\", \"30m\" or \"12h\".");
		if (Audience.hasWildcards(event)) {
			throw new IllegalArgumentException(
					"an event cannot contain wildcards. Use a binding key without * and #, such as \"report.nightly\".");
		}
		return Schedule.parse(Origin.REGISTERED, event, cron, zone, validity, defaults);
	}

	private @Nullable String text(String name, String remedy) {
		Object value = this.arguments.get(name);
		if (value != null && !(value instanceof String)) {
			throw new IllegalArgumentException("its argument %s is not a string. %s".formatted(name, remedy));
		}
		if (value != null && value.toString().length() > LONGEST) {
			throw new IllegalArgumentException(
					"its argument %s is longer than %d characters. %s".formatted(name, LONGEST, remedy));
		}
		return (String) value;
	}

	/**
	 * As in a queue's own x-message-ttl, a number is milliseconds. Some clients have only
	 * floating-point numbers.
	 */
	private static String milliseconds(double number) {
		return (number == Math.rint(number) && Math.abs(number) < 1e15) ? String.valueOf((long) number)
				: String.valueOf(number);
	}

}
