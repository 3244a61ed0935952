package dev.ticktock.schedule;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The days of the week of six fields with a {@code ?}, as lines for Quartz have it.
 * Quartz counts these days from Sunday = 1, {@link CronExpression} from Monday = 1.
 *
 * @param written the field as it is written
 * @param here the same days by name
 * @param quartz the days that Quartz would read, by name
 */
record QuartzDays(String written, String here, String quartz) {

	private static final Pattern DAYS = Pattern.compile("(\\*|[0-7])(?:-([0-7]))?((?:/\\d+|#\\d+|L)?)");

	private static final String[] NAMES = { "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN" };

	/**
	 * Returns the days of fields that {@link CronExpression} accepts; {@code null} if
	 * these are no line for Quartz, or the days are the same in both.
	 */
	static @Nullable QuartzDays of(String[] fields) {
		if (fields.length != 6 || !fields[3].equals("?")) {
			return null;
		}
		String written = fields[5].toUpperCase(Locale.ROOT);
		String here = named(written, 0);
		String quartz = named(written, 1);
		return (written.contains("0") || here.equals(quartz) || (areAll(here) && areAll(quartz))) ? null
				: new QuartzDays(fields[5], here, quartz);
	}

	/** Names the days. A step without an end runs to the last day of the week. */
	private static String named(String field, int firstOfWeek) {
		StringBuilder named = new StringBuilder();
		for (String each : field.split(",", -1)) {
			Matcher matcher = DAYS.matcher(each);
			named.append(named.isEmpty() ? "" : ",");
			if (!matcher.matches() || each.equals("*")) {
				named.append(each);
				continue;
			}
			boolean star = matcher.group(1).equals("*");
			String last = matcher.group(2);
			if (last == null && matcher.group(3).startsWith("/")) {
				last = "7";
			}
			named.append(name(star ? 1 : number(matcher.group(1)), firstOfWeek));
			if (last != null) {
				named.append('-').append(name(number(last), firstOfWeek));
			}
			named.append(matcher.group(3));
		}
		return named.toString();
	}

	private static int number(String digit) {
		return Integer.parseInt(digit);
	}

	private static String name(int day, int firstOfWeek) {
		return NAMES[Math.max(0, day - firstOfWeek)];
	}

	private static boolean areAll(String days) {
		try {
			return CronExpression.parse("0 0 0 ? * " + days).equals(CronExpression.parse("0 0 0 ? * *"));
		}
		catch (IllegalArgumentException ex) {
			// In Quartz a range may go on into the next week.
			return false;
		}
	}

	/** Returns both readings, as a sentence without a full stop. */
	String describe() {
		return "its day of the week %s is %s, counted from Monday = 1; Quartz counts from Sunday = 1 and reads %s"
			.formatted(ScheduleFormatException.abbreviated(this.written),
					ScheduleFormatException.abbreviated(this.here), ScheduleFormatException.abbreviated(this.quartz));
	}

}
