package dev.ticktock.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.ticktock.schedule.ScheduleFormatException.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The one entrance from a line to its timing.
 *
 * <p>
 * A line is, after an optional {@code CRON_TZ=<zone>} or {@code TZ=<zone>}, six fields as
 * in {@link CronExpression}, five fields as in {@link Crontab}, a macro, or
 * {@code @every} and a duration.
 */
final class TimingParser {

	/** Longer lines are mistakes, and would be quoted in the log. */
	static final int LONGEST_LINE = 1000;

	private static final Pattern ZONED = Pattern.compile("(?:CRON_TZ|TZ)=(\\S*)\\s*(.*)", Pattern.DOTALL);

	private static final Pattern DAYS_BEFORE_THE_LAST = Pattern.compile("(?i)L-(\\d+)");

	private static final Pattern STEP = Pattern.compile("/(\\d+)");

	private static final Pattern UNITS = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

	private static final List<String> MACROS = List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily",
			"@midnight", "@hourly");

	private static final String EVERY = "@every";

	private static final List<String> FIELDS = List.of("second", "minute", "hour", "day of month", "month",
			"day of week");

	private static final List<String> VALUES = List.of("its numbers are 0 to 59", "its numbers are 0 to 59",
			"its numbers are 0 to 23", "its numbers are 1 to 31", "its values are 1 to 12, or JAN to DEC",
			"its values are 0 to 7, or SUN to SAT");

	/** How many values each field has. */
	private static final int[] LONGEST_STEPS = { 60, 60, 24, 31, 12, 7 };

	/** The unit of a duration for a step of each field; empty if there is none. */
	private static final String[] EVERY_UNITS = { "s", "m", "h", "d", "", "" };

	private TimingParser() {
	}

	/**
	 * Parses a line.
	 * @param zone the time zone of a line that names none
	 * @throws ScheduleFormatException if the line is not a timing or names no slot
	 */
	static Timing parse(String event, String line, ZoneId zone) {
		try {
			if (line.length() > LONGEST_LINE) {
				throw new IllegalArgumentException(
						"it has %d characters; the maximum is %d".formatted(line.length(), LONGEST_LINE));
			}
			return due(line.strip(), zone);
		}
		catch (IllegalArgumentException ex) {
			String reason = String.valueOf(ex.getMessage());
			Dialects.Meaning meant = (line.length() <= LONGEST_LINE)
					? Dialects.of(line.strip(), reason, (other) -> isDue(other, zone)) : null;
			throw (meant != null)
					? new ScheduleFormatException(event, Part.LINE, line, meant.reason(), meant.remedy(), ex)
					: new ScheduleFormatException(event, Part.LINE, line, reason, ex);
		}
	}

	private static Timing due(String line, ZoneId zone) {
		Matcher zoned = ZONED.matcher(line);
		Timing timing = zoned.matches() ? timing(zoned.group(2), zone(zoned.group(1))) : timing(line, zone);
		if (timing.next(Instant.EPOCH) == null) {
			throw new IllegalArgumentException("no such date exists, so it would never be due");
		}
		return timing;
	}

	private static boolean isDue(String line, ZoneId zone) {
		try {
			due(line, zone);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Returns the zone that a line names itself; {@code null} if it names none, or an
	 * unknown one.
	 */
	static @Nullable ZoneId zoneNamedBy(String line) {
		try {
			Matcher zoned = ZONED.matcher(line.strip());
			return zoned.matches() ? ZoneId.of(zoned.group(1)) : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	/**
	 * Returns the words of a line without its zone.
	 */
	static String[] wordsOf(String line) {
		Matcher zoned = ZONED.matcher(line.strip());
		return (zoned.matches() ? zoned.group(2) : line.strip()).split("\\s+", -1);
	}

	/**
	 * Parses the name of a time zone.
	 * @throws IllegalArgumentException if there is none of that name
	 */
	static ZoneId zone(String name) {
		try {
			return ZoneId.of(name.strip());
		}
		catch (DateTimeException ex) {
			String meant = Dialects.zone(name);
			throw new IllegalArgumentException("there is no time zone \"%s\"%s".formatted(abbreviated(name),
					(meant != null) ? "; \"%s\" is probably meant".formatted(meant) : ""), ex);
		}
	}

	private static Timing timing(String text, ZoneId zone) {
		if (text.startsWith("@")) {
			String[] words = text.split("\\s+", 2);
			if (words[0].equalsIgnoreCase(EVERY)) {
				return every((words.length > 1) ? words[1] : "");
			}
			if (!MACROS.contains(text.toLowerCase(Locale.ROOT))) {
				throw new IllegalArgumentException("there is no macro \"%s\", only %s and @every with a duration"
					.formatted(abbreviated(text), String.join(", ", MACROS)));
			}
			return new CronTiming(CronExpression.parse(text), zone);
		}
		return fields(text, zone);
	}

	private static CronTiming fields(String text, ZoneId zone) {
		String[] given = text.isEmpty() ? new String[0] : text.split("\\s+", -1);
		int missing = FIELDS.size() - given.length;
		if (missing != 0 && missing != 1) {
			throw new IllegalArgumentException(
					"it %s; a line has six fields (%s) or five (crontab's, without the second)"
						.formatted(found(given.length), String.join(", ", FIELDS)));
		}
		for (int i = 0; i < given.length; i++) {
			check(i + 1, FIELDS.get(i + missing), given[i], i + missing);
		}
		return (missing == 1) ? Crontab.timing(given, zone) : new CronTiming(parsed(String.join(" ", given)), zone);
	}

	private static String found(int fields) {
		return switch (fields) {
			case 0 -> "has no fields";
			case 1 -> "has one field";
			default -> "has %d fields".formatted(fields);
		};
	}

	/** Parses one field among wildcards, to know which one is wrong. */
	private static void check(int number, String name, String value, int position) {
		try {
			checkDaysBeforeTheLast(value);
			checkSteps(value, position);
			parsed("* ".repeat(position) + value + " *".repeat(FIELDS.size() - 1 - position));
		}
		catch (IllegalArgumentException ex) {
			// A message with a cause is Java's.
			String reason = (ex.getCause() != null) ? VALUES.get(position) : String.valueOf(ex.getMessage());
			throw new IllegalArgumentException(
					"field %d, the %s, is \"%s\": %s".formatted(number, name, abbreviated(value), abbreviated(reason)),
					ex);
		}
	}

	/** More than 27 days before the last of a February is another month. */
	private static void checkDaysBeforeTheLast(String value) {
		Matcher matcher = DAYS_BEFORE_THE_LAST.matcher(value);
		while (matcher.find()) {
			if (matcher.group(1).length() > 2 || Integer.parseInt(matcher.group(1)) > 27) {
				throw new IllegalArgumentException("not every month has a day that is %s days before its last"
					.formatted(abbreviated(matcher.group(1))));
			}
		}
	}

	/**
	 * A step that is longer than the field would be due once, which is rarely intended.
	 */
	private static void checkSteps(String value, int position) {
		Matcher matcher = STEP.matcher(value);
		while (matcher.find()) {
			String step = matcher.group(1);
			int longest = LONGEST_STEPS[position];
			if (step.length() > 9 || Integer.parseInt(step) > longest) {
				String unit = EVERY_UNITS[position];
				throw new IllegalArgumentException(
						"a step here is at most %d, not %s%s".formatted(longest, abbreviated(step),
								unit.isEmpty() ? "" : "; use \"@every %s%s\"".formatted(abbreviated(step), unit)));
			}
		}
	}

	private static CronExpression parsed(String expression) {
		try {
			return CronExpression.parse(expression);
		}
		catch (DateTimeException | ArithmeticException | IndexOutOfBoundsException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static Timing every(String text) {
		try {
			Timing timing = new EveryTiming(duration(text));
			timing.next(Instant.EPOCH);
			return timing;
		}
		catch (DateTimeException | ArithmeticException | NumberFormatException ex) {
			throw new IllegalArgumentException(
					"\"%s\" is too long or not a duration such as 45m, 1h30m or PT45M".formatted(abbreviated(text)),
					ex);
		}
	}

	private static Duration duration(String text) {
		if (text.toUpperCase(Locale.ROOT).startsWith("P")) {
			return Duration.parse(text);
		}
		Matcher matcher = UNITS.matcher(text);
		if (text.isEmpty() || !matcher.matches()) {
			throw new IllegalArgumentException(
					"\"%s\" is not a duration such as 45m, 1h30m or PT45M".formatted(abbreviated(text)));
		}
		return Duration.ofDays(number(matcher.group(1)))
			.plusHours(number(matcher.group(2)))
			.plusMinutes(number(matcher.group(3)))
			.plusSeconds(number(matcher.group(4)));
	}

	private static long number(@Nullable String digits) {
		return (digits != null) ? Long.parseLong(digits) : 0;
	}

	private static String abbreviated(String text) {
		return ScheduleFormatException.abbreviated(text);
	}

}
