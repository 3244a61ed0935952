package dev.ticktock.discovery;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.ticktock.schedule.BindingKey;
import dev.ticktock.schedule.Quotable;
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

	private static final String FROM = "from";

	private static final String UNTIL = "until";

	/** AMQP's void, as the management API writes it. */
	private static final String VOID = "undefined";

	/** How the management API begins what it writes in place of a text of other bytes. */
	private static final String BYTES = "Not UTF-8, base64 is: ";

	private static final String DATA = "data";

	/** One byte of UTF-8 or more. */
	private static final int LONGEST_DATA = 4096;

	private static final String INSTANT = "Use a text such as \"2026-12-01T09:00\".";

	private static final Set<String> NAMES = Set.of(CRON, ZONE, VALIDITY, FROM, UNTIL, DATA);

	/** The arguments by their names in other schedulers. */
	private static final Map<String, String> ELSEWHERE = Map.of("x-cron", CRON, "schedule", CRON, "timezone", ZONE,
			"time_zone", ZONE, "tz", ZONE);

	/**
	 * Returns what the arguments of a binding ask for; {@code null} if they do not ask
	 * for a schedule. The case of their names does not matter.
	 */
	static @Nullable Request of(Map<String, ?> arguments) {
		Map<String, Object> known = new HashMap<>();
		// In an order, so that all replicas read the same of cron and CRON.
		new TreeMap<>(arguments).forEach((name, value) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			if (value != null && !VOID.equals(value) && (NAMES.contains(lower) || ELSEWHERE.containsKey(lower))) {
				known.put(lower, bounded(value, DATA.equals(lower) ? LONGEST_DATA : LONGEST));
			}
		});
		// Alone, the others may be those of another program.
		boolean asks = Stream.of(CRON, ZONE, VALIDITY, "x-cron", "schedule").anyMatch(known::containsKey);
		return asks ? new Request(Map.copyOf(known)) : null;
	}

	private static Object bounded(Object value, int longest) {
		if (value instanceof CharSequence text) {
			return text.subSequence(0, Math.min(text.length(), longest + 1)).toString();
		}
		return (value instanceof Number number) ? (Object) number.doubleValue() : OTHER;
	}

	/** Whether it may ask for a schedule that ends. Cheap for most others. */
	boolean mayEnd() {
		String cron = String.valueOf(this.arguments.get(CRON)).toLowerCase(Locale.ROOT);
		return this.arguments.containsKey(UNTIL) || cron.contains("@at") || cron.contains("@until");
	}

	/**
	 * Returns the schedule that is asked for.
	 * @throws IllegalArgumentException if there is none; the message has the reason and
	 * the remedy, as sentences
	 */
	Schedule schedule(String event, Schedule.Defaults defaults) {
		String cron = text(CRON, "Use a line such as \"0 30 2 * * *\".");
		for (String name : new TreeSet<>(ELSEWHERE.keySet())) {
			// The cron's name in another scheduler is of no matter beside a cron.
			if (this.arguments.containsKey(name) && (cron == null || ZONE.equals(ELSEWHERE.get(name)))) {
				throw new IllegalArgumentException(
						"it has the argument %s, which does nothing. Name it %s.".formatted(name, ELSEWHERE.get(name)));
			}
		}
		if (cron == null) {
			throw new IllegalArgumentException(
					"it has a zone or a validity but no cron. Add the argument cron, such as \"0 30 2 * * *\".");
		}
		String zone = text(ZONE, "Use a name such as \"Europe/Oslo\".");
		// As in a queue's own x-message-ttl, a number is milliseconds.
		String validity = (this.arguments.get(VALIDITY) instanceof Double number) ? shortest(number)
				: text(VALIDITY, "Use a duration such as \"90s\", \"30m\" or \"12h\".");
		if (BindingKey.hasWildcards(event)) {
			throw new IllegalArgumentException(
					"an event cannot contain wildcards. Use a binding key without * and #, such as \"report.nightly\".");
		}
		return Schedule.parse(Origin.REGISTERED, event, cron, zone, validity, defaults)
			.between(text(FROM, INSTANT), text(UNTIL, INSTANT), zone, defaults)
			.carrying(text(DATA, "Use a text, such as the name of a file."));
	}

	private @Nullable String text(String name, String remedy) {
		Object value = this.arguments.get(name);
		if (value != null && !(value instanceof String)) {
			String found = (value instanceof Double number) ? " but the number " + shortest(number) : "";
			throw new IllegalArgumentException("its argument %s is not a string%s. %s".formatted(name, found, remedy));
		}
		if (value != null && value.toString().startsWith(BYTES)) {
			throw new IllegalArgumentException(
					"its argument %s is not UTF-8 but, in base64, \"%s\". Encode it as UTF-8.".formatted(name,
							Quotable.of(value.toString().substring(BYTES.length()))));
		}
		if (value != null && value.toString().length() > LONGEST && !DATA.equals(name)) {
			throw new IllegalArgumentException(
					"its argument %s is longer than %d characters. %s".formatted(name, LONGEST, remedy));
		}
		return (String) value;
	}

	/** Some clients have only floating-point numbers. */
	private static String shortest(double number) {
		return (number == Math.rint(number) && Math.abs(number) < 1e15) ? String.valueOf((long) number)
				: String.valueOf(number);
	}

}
