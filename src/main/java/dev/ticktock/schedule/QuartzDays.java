package dev.ticktock.schedule;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * Names the days of the week that a line for Quartz or EventBridge has as numbers. These
 * count from Sunday = 1, {@link CronExpression} counts from Monday = 1.
 */
final class QuartzDays {

	private static final Pattern OPEN_STEP = Pattern.compile("(?<![\\w-])([1-7]|[A-Z]{3})/");

	private static final Pattern NUMBER = Pattern.compile("(?<![#/\\d])[0-7](?!\\d)");

	private static final List<String> NAMES = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

	private QuartzDays() {
	}

	/** Returns a day of the week as Quartz reads it, by name. */
	static String named(String field) {
		return field.equals("L") ? "SAT" : named(field, 1);
	}

	/** A step without an end runs to the last day of the week. */
	private static String named(String field, int firstOfWeek) {
		String closed = OPEN_STEP.matcher(field.replace("*/", "1/")).replaceAll("$1-7/");
		return NUMBER.matcher(closed)
			.replaceAll((day) -> NAMES.get(Math.max(0, Integer.parseInt(day.group()) - firstOfWeek)));
	}

	/**
	 * Returns both readings of fields that {@link CronExpression} accepts, as a sentence
	 * without a full stop; {@code null} if these are no line for Quartz, which has a
	 * {@code ?}, or the days are the same in both.
	 */
	static @Nullable String ambiguity(String[] fields) {
		if (fields.length != 6 || !fields[3].equals("?") || fields[5].contains("0") || fields[5].equals("1-7")) {
			return null;
		}
		String here = named(fields[5].toUpperCase(Locale.ROOT), 0);
		String quartz = named(fields[5].toUpperCase(Locale.ROOT), 1);
		return here.equals(quartz) ? null
				: "its day of the week %s is %s, counted from Monday = 1; Quartz counts from Sunday = 1 and reads %s"
					.formatted(Quotable.of(fields[5]), Quotable.of(here), Quotable.of(quartz));
	}

}
