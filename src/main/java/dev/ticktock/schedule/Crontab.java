package dev.ticktock.schedule;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.scheduling.support.CronExpression;

/**
 * Reads five fields as crontab does (POSIX, cronie), which differs from the last five of
 * {@link CronExpression}'s six fields:
 *
 * <ul>
 * <li>A day is due if it matches the day of month <em>or</em> the day of week, when both
 * are restricted: {@code 30 4 1,15 * 5} is due on each 1st, each 15th and each Friday. A
 * field that begins with a star, even one with a step, does not count as restricted, and
 * then a day must match both.</li>
 * <li>The days of the week are 0 to 7, both of which are Sunday, and a star counts from
 * 0: with a step of 2 it is Sunday, Tuesday, Thursday and Saturday.</li>
 * </ul>
 *
 * <p>
 * crontab refuses {@code ?}, {@code L}, {@code W} and {@code #}. Here they mean what they
 * mean in six fields, because one number stands for one day of the week in both, and
 * {@code ?} counts as a star.
 */
final class Crontab {

	private static final LocalDateTime LONG_AGO = LocalDateTime.of(1970, 1, 1, 0, 0);

	private static final Pattern STEP_FROM_SUNDAY = Pattern.compile("(?:\\*|SUN)(?=/)");

	/** {@link CronExpression} reads these as all days. */
	private static final Pattern ONLY_SUNDAY = Pattern.compile("(?:7-7|SUN-SUN)(?:/\\d+)?");

	private Crontab() {
	}

	/**
	 * Returns the timing of five fields. Its definition is that of six fields wherever
	 * these can say the same.
	 */
	static CronTiming timing(String[] fields, ZoneId zone) {
		CronExpression asWritten = parse(fields, fields[2], fields[4]);
		String weekday = fromSunday(fields[4]);
		CronExpression both = weekday.equals(fields[4]) ? asWritten : parse(fields, fields[2], weekday);
		if (isRestricted(fields[2]) && isRestricted(fields[4])) {
			CronExpression everyDay = parse(fields, "*", "*");
			CronExpression days = parse(fields, fields[2], "*");
			CronExpression weekdays = parse(fields, "*", weekday);
			boolean restricts = !days.equals(everyDay) && !weekdays.equals(everyDay);
			if (restricts && days.next(LONG_AGO) != null) {
				return new CronTiming(days, weekdays, zone, CronTiming.hours(days));
			}
			both = restricts ? weekdays : everyDay;
		}
		return new CronTiming(both.equals(asWritten) ? asWritten : both, zone);
	}

	private static CronExpression parse(String[] fields, String day, String weekday) {
		return CronExpression.parse(String.join(" ", "0", fields[0], fields[1], day, fields[3], weekday));
	}

	private static boolean isRestricted(String field) {
		return !field.startsWith("*") && !field.equals("?");
	}

	private static String fromSunday(String field) {
		return Stream.of(field.toUpperCase(Locale.ROOT).split(",", -1))
			.map((each) -> ONLY_SUNDAY.matcher(each).matches() ? "7" : STEP_FROM_SUNDAY.matcher(each).replaceFirst("0"))
			.collect(Collectors.joining(","));
	}

	static String either(CronExpression days, CronExpression weekdays) {
		String[] fields = days.toString().split(" ", -1);
		return String.join(" ", fields[1], fields[2], fields[3], fields[4], weekdays.toString().split(" ", -1)[5]);
	}

}
