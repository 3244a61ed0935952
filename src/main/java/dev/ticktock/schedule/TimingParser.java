package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.zone.ZoneOffsetTransition;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

import dev.ticktock.schedule.ScheduleFormatException.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The one entrance from a line to its timing.
 *
 * <p>
 * A line is, after an optional {@code CRON_TZ=<zone>} or {@code TZ=<zone>} and limits,
 * six fields as in {@link CronExpression}, five fields as in {@link Crontab}, a macro,
 * {@code @every} and a duration, or {@code @at} and an instant.
 *
 * <p>
 * A field may have Jenkins' {@code H}: one value of the range for {@code H} and
 * {@code H(a-b)}, one value of each {@code n} with {@code /n}. The values follow from the
 * names of event and field, the same on every replica and in every version, and so many
 * schedules with one line are due at different times.
 */
final class TimingParser {

	/** Longer lines are mistakes, and would be quoted in the log. */
	static final int LONGEST_LINE = 1000;

	private static final String LIMITS = "(?:(?i:@(?:from|until))\\s+\\S+\\s+)*";

	/** A zone that precedes its line, or the limits of this, or both. */
	private static final Pattern ZONED = Pattern.compile("(" + LIMITS + ")(?:CRON_TZ|TZ)=(\\S*)\\s*(.*)",
			Pattern.DOTALL);

	private static final Pattern LIMITED = Pattern.compile("(?i)@(from|until)\\s+(\\S+)\\s+(.*)", Pattern.DOTALL);

	private static final Pattern BEFORE_THE_WORDS = Pattern.compile(LIMITS + "(?:(?:CRON_TZ|TZ)=\\S*\\s*)?" + LIMITS);

	private static final Pattern SPACES = Pattern.compile("\\s+");

	/** Most lines: nothing to check or to resolve. */
	private static final Pattern NUMBERS_AND_STARS = Pattern.compile("[\\d*\\s]+");

	private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

	/** More than 27 days before the last of a February is another month. */
	private static final Pattern TOO_FAR_BEFORE_THE_LAST = Pattern
		.compile("(?i)L-0*(2[89]|[3-9]\\d|[1-9]\\d{2,})(?!\\d)");

	/** In a month that ends on this day, a Sunday, there would be no such weekday. */
	private static final Pattern NEAREST_TO_THE_LAST = Pattern.compile("(?i)(?<!\\d)0*(2[89]|3[01])W");

	private static final Pattern STEP = Pattern.compile("/(\\d+)");

	/** One of the values between the commas of a field. */
	private static final Pattern H = Pattern
		.compile("(?i)(?<![^,])H(?:\\((\\d{1,2})-(\\d{1,2})\\))?(?:/(\\d{1,2}))?(?![^,])");

	/** ISO's T stands between the days and the rest. */
	private static final Pattern BEFORE_THE_TIME = Pattern.compile("^(\\d+D)?+(?=\\d)");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	private static final List<String> MACROS = List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily",
			"@midnight", "@hourly");

	private static final List<Field> FIELDS = List.of(new Field(0, "second", "numbers are 0 to 59", 60, "s", 0, 59, 59),
			new Field(1, "minute", "numbers are 0 to 59", 60, "m", 0, 59, 59),
			new Field(2, "hour", "numbers are 0 to 23", 24, "h", 0, 23, 23),
			new Field(3, "day of month", "numbers are 1 to 31", 31, "d", 1, 28, 31),
			new Field(4, "month", "values are 1 to 12, or JAN to DEC", 12, "", 1, 12, 12),
			new Field(5, "day of week", "values are 0 to 7, or SUN to SAT", 7, "", 0, 6, 7));

	private TimingParser() {
	}

	/**
	 * Parses a line.
	 * @param zone the time zone of a line that names none
	 * @throws ScheduleFormatException if the line is not a timing or names no slot
	 */
	static Timing parse(String event, String line, ZoneId zone) {
		if (line.length() > LONGEST_LINE) {
			throw new ScheduleFormatException(event, Part.LINE, line,
					"it has %d characters; the maximum is %d".formatted(line.length(), LONGEST_LINE), null);
		}
		try {
			return due(event, line.strip(), zone);
		}
		catch (IllegalArgumentException ex) {
			if (line.strip().equalsIgnoreCase("@reboot")) {
				throw new ScheduleFormatException(event, Part.LINE, line, "it has no time",
						"Let the worker run the job when it starts.", ex);
			}
			if (wordsOf(line)[0].equalsIgnoreCase("@at")) {
				throw new ScheduleFormatException(event, Part.LINE, line, String.valueOf(ex.getMessage()),
						"Use an instant, such as \"@at 2026-12-01T09:00:00+01:00\", or a local time, such as \"@at 2026-12-01T09:00\".",
						ex);
			}
			throw Dialects.refused(event, line, ex, (other) -> isDue(event, other, zone));
		}
	}

	private static Timing due(String event, String line, ZoneId zone) {
		Matcher zoned = ZONED.matcher(line);
		Timing timing = zoned.matches() ? limited(event, zoned.group(1) + zoned.group(3), zone(zoned.group(2)))
				: limited(event, line, zone);
		if (timing.next(Instant.EPOCH) == null) {
			throw new IllegalArgumentException(
					(timing instanceof BetweenTiming) ? "no slot lies between its beginning and its end"
							: "no such date exists, so it would never be due");
		}
		return timing;
	}

	/** Returns the zone that a line names; {@code null} if it names none. */
	static @Nullable ZoneId zoneIn(String line) {
		Matcher zoned = ZONED.matcher(line.strip());
		return zoned.matches() ? zone(zoned.group(2)) : null;
	}

	private static Timing limited(String event, String line, ZoneId zone) {
		Matcher limit = LIMITED.matcher(line);
		if (!limit.matches()) {
			return timing(event, line, zone);
		}
		Timing timing = limited(event, limit.group(3), zone);
		boolean end = limit.group(1).equalsIgnoreCase("until");
		Instant bound = bound(limit.group(2), zone, end);
		return BetweenTiming.of(timing, end ? null : bound, end ? bound : null);
	}

	private static boolean isDue(String event, String line, ZoneId zone) {
		try {
			due(event, line, zone);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/** Returns the words of a line without its zone and its limits. */
	static String[] wordsOf(String line) {
		return SPACES.split(BEFORE_THE_WORDS.matcher(line.strip()).replaceFirst(""), -1);
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
			throw new IllegalArgumentException("there is no time zone \"%s\"%s".formatted(Quotable.of(name),
					(meant != null) ? "; \"%s\" is probably meant".formatted(meant) : ""), ex);
		}
	}

	private static Timing timing(String event, String text, ZoneId zone) {
		if (!text.startsWith("@")) {
			return fields(event, text, zone);
		}
		String[] words = SPACES.split(text, 2);
		if (words[0].equalsIgnoreCase("@every")) {
			return new EveryTiming(duration((words.length > 1) ? words[1] : ""));
		}
		if (words[0].equalsIgnoreCase("@at")) {
			return new OnceTiming(instant((words.length > 1) ? words[1] : "", zone));
		}
		if (!MACROS.contains(text.toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException(
					"there is no macro \"%s\", only %s, @every with a duration, @at with an instant, and @from and @until with an instant and a line"
						.formatted(Quotable.of(text), String.join(", ", MACROS)));
		}
		return new CronTiming(CronExpression.parse(text), zone);
	}

	private static CronTiming fields(String event, String text, ZoneId zone) {
		String[] written = SPACES.split(text, -1);
		String[] given = written.clone();
		int missing = FIELDS.size() - given.length;
		if (missing != 0 && missing != 1) {
			throw new IllegalArgumentException(
					"a line has six fields (%s) or five (crontab's, without the second), and this one has %d".formatted(
							FIELDS.stream().map(Field::name).collect(Collectors.joining(", ")),
							text.isEmpty() ? 0 : given.length));
		}
		boolean plain = NUMBERS_AND_STARS.matcher(text).matches();
		for (int i = 0; i < given.length && !plain; i++) {
			given[i] = FIELDS.get(i + missing).resolve(event, i + 1, written[i]);
		}
		try {
			return (missing == 1) ? Crontab.timing(given, zone)
					: new CronTiming(CronExpression.parse(String.join(" ", given)), zone);
		}
		catch (IllegalArgumentException | DateTimeException | ArithmeticException | IndexOutOfBoundsException ex) {
			for (int i = 0; i < given.length; i++) {
				FIELDS.get(i + missing).parse(i + 1, written[i], given[i]);
			}
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Reads an instant, or a local time. One that the clocks of the zone skip is the
	 * first instant after the gap, and one that they repeat is the first of the two.
	 */
	static Instant instant(String text, ZoneId zone) {
		Instant instant;
		try {
			TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME.parseBest(text.strip().replaceFirst("\\s+", "T"),
					ZonedDateTime::from, LocalDateTime::from);
			instant = (time instanceof LocalDateTime local) ? instant(local, zone) : Instant.from(time);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(
					"\"%s\" is neither an instant such as 2026-12-01T09:00:00+01:00 nor a local time such as 2026-12-01T09:00"
						.formatted(Quotable.of(text)),
					ex);
		}
		if (!instant.equals(instant.truncatedTo(ChronoUnit.SECONDS)) || instant.isBefore(Instant.EPOCH)
				|| instant.isAfter(LATEST)) {
			throw new IllegalArgumentException("an instant is on a whole second of the years 1970 to 9999");
		}
		return instant;
	}

	/** Reads an instant, a local time, or the first or last second of a day. */
	static Instant bound(String text, ZoneId zone, boolean end) {
		if (!DAY.matcher(text.strip()).matches()) {
			return instant(text, zone);
		}
		try {
			LocalDate day = LocalDate.parse(text.strip());
			return end ? instant(day.plusDays(1).atStartOfDay(), zone).minusSeconds(1)
					: instant(day.atStartOfDay(), zone);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("there is no such day", ex);
		}
	}

	private static Instant instant(LocalDateTime local, ZoneId zone) {
		ZoneOffsetTransition change = zone.getRules().getTransition(local);
		return (change != null && change.isGap()) ? change.getInstant()
				: local.toInstant(zone.getRules().getOffset(local));
	}

	private static Duration duration(String text) {
		String upper = text.toUpperCase(Locale.ROOT);
		try {
			return Duration
				.parse(upper.startsWith("P") ? upper : "P" + BEFORE_THE_TIME.matcher(upper).replaceFirst("$1T"));
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(
					"\"%s\" is not a duration such as 45m, 1h30m or PT45M".formatted(Quotable.of(text)), ex);
		}
	}

	/**
	 * One of the six fields.
	 *
	 * @param longestStep how many values it has: a longer step would be due once, which
	 * is rarely intended
	 * @param unit the unit of a duration for such a step; empty if there is none
	 * @param lastOfH the highest value of an H without a range
	 */
	private record Field(int position, String name, String values, int longestStep, String unit, int first, int lastOfH,
			int last) {

		/** Returns the field with numbers in the place of H. */
		String resolve(String event, int number, String value) {
			try {
				check(value);
				return H.matcher(value).replaceAll((spread) -> spread(event, spread));
			}
			catch (IllegalArgumentException ex) {
				throw refusal(number, value, String.valueOf(ex.getMessage()), ex);
			}
		}

		private void check(String value) {
			if (!value.chars().allMatch((character) -> character < 128)) {
				throw new IllegalArgumentException("a field can have only ASCII letters, digits and signs");
			}
			Matcher nearest = NEAREST_TO_THE_LAST.matcher(value);
			if (nearest.find()) {
				throw new IllegalArgumentException(
						"a month that ends with a Sunday on day %s would have no slot; use LW for the last weekday of the month, or 27W"
							.formatted(nearest.group(1)));
			}
			Matcher last = TOO_FAR_BEFORE_THE_LAST.matcher(value);
			if (last.find()) {
				throw new IllegalArgumentException("not every month has a day that is %s days before its last"
					.formatted(Quotable.of(last.group(1))));
			}
			Matcher steps = STEP.matcher(value);
			while (steps.find()) {
				String step = steps.group(1);
				if (step.length() > 9 || Integer.parseInt(step) > this.longestStep) {
					String instead = this.unit.isEmpty() ? ""
							: "; use \"@every %s%s\"".formatted(Quotable.of(step), this.unit);
					throw new IllegalArgumentException("a step here is at most %d, not %s%s".formatted(this.longestStep,
							Quotable.of(step), instead));
				}
			}
		}

		private String spread(String event, MatchResult spread) {
			boolean ranged = spread.group(1) != null;
			int from = ranged ? Integer.parseInt(spread.group(1)) : this.first;
			int to = ranged ? Integer.parseInt(spread.group(2)) : this.lastOfH;
			if (from < this.first || to > this.last || from > to) {
				throw new IllegalArgumentException(
						"a range of H is from %d to %d, and goes upwards".formatted(this.first, this.last));
			}
			CRC32 hash = new CRC32();
			hash.update("%s %s".formatted(event, this.name).getBytes(StandardCharsets.UTF_8));
			int values = to - from + 1;
			if (spread.group(3) == null) {
				return String.valueOf(from + hash.getValue() % values);
			}
			int step = Integer.parseInt(spread.group(3));
			if (step < 2 || step > values) {
				throw new IllegalArgumentException(
						"a step of H is from 2 to %d here; use * for every value, H for one".formatted(values));
			}
			return "%d-%d/%d".formatted(from + hash.getValue() % step, to, step);
		}

		/** Refuses the field if it is the one that is wrong, among wildcards. */
		void parse(int number, String value, String resolved) {
			try {
				CronExpression.parse("* ".repeat(this.position) + resolved + " *".repeat(5 - this.position));
			}
			catch (IllegalArgumentException | DateTimeException | ArithmeticException | IndexOutOfBoundsException ex) {
				// Where there is a cause, the message is Java's.
				boolean springs = ex instanceof IllegalArgumentException && ex.getCause() == null;
				String order = value.contains("-") ? ", and a range goes upwards" : "";
				throw refusal(number, value,
						springs ? Quotable.of(String.valueOf(ex.getMessage())) : "its " + this.values + order, ex);
			}
		}

		private IllegalArgumentException refusal(int number, String value, String reason, Exception cause) {
			return new IllegalArgumentException(
					"field %d, the %s, is \"%s\": %s".formatted(number, this.name, Quotable.of(value), reason), cause);
		}

	}

}
