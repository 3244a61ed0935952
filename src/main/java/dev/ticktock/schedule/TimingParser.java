package dev.ticktock.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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
		try {
			String text = line.strip();
			Timing timing = text.startsWith(EVERY) ? every(text.substring(EVERY.length()).strip())
					: new CronTiming(CronExpression.parse(text), zone);
			if (timing.next(Instant.EPOCH) == null) {
				throw new IllegalArgumentException("no such date comes, so it would never be due");
			}
			return timing;
		}
		catch (IllegalArgumentException ex) {
			throw new ScheduleFormatException(event, line, String.valueOf(ex.getMessage()), ex);
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
					"\"%s\" is not a duration of at most some thousand years, such as 45m, 1h30m or PT45M"
						.formatted(text),
					ex);
		}
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
