package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The one entrance from a line to its timing.
 */
final class TimingParser {

	private static final String EVERY = "@every ";

	private static final Pattern UNITS = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

	private TimingParser() {
	}

	/**
	 * Parses a line.
	 * @throws ScheduleFormatException if the line is not a timing or names no slot
	 */
	static Timing parse(String event, String line, ZoneId zone) {
		Timing timing;
		try {
			String text = line.strip();
			timing = text.startsWith(EVERY) ? new EveryTiming(duration(text.substring(EVERY.length()).strip()))
					: new CronTiming(CronExpression.parse(text), zone);
		}
		catch (IllegalArgumentException | DateTimeParseException | ArithmeticException ex) {
			throw new ScheduleFormatException(event, line, String.valueOf(ex.getMessage()), ex);
		}
		if (timing.next(Instant.EPOCH) == null) {
			throw new ScheduleFormatException(event, line, "no such date comes, so it would never be due", null);
		}
		return timing;
	}

	private static Duration duration(String text) {
		if (text.toUpperCase(Locale.ROOT).startsWith("P")) {
			return Duration.parse(text);
		}
		Matcher matcher = UNITS.matcher(text);
		if (text.isEmpty() || !matcher.matches()) {
			throw new IllegalArgumentException("\"%s\" is not a duration such as 45m, 1h30m or PT45M".formatted(text));
		}
		return Duration.ofDays(number(matcher.group(1)))
			.plusHours(number(matcher.group(2)))
			.plusMinutes(number(matcher.group(3)))
			.plusSeconds(number(matcher.group(4)));
	}

	private static long number(@Nullable String digits) {
		return (digits != null) ? Long.parseLong(digits) : 0;
	}

}
