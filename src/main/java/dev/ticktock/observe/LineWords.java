package dev.ticktock.observe;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.ticktock.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words when a line is due, for the shapes that most lines have: "every 15
 * minutes", "every day at 02:30 in Oslo". It says nothing rather than something that is
 * nearly right.
 */
final class LineWords {

	private static final Pattern ZONED = Pattern.compile("(?:CRON_TZ|TZ)=\\S*\\s*(.*)", Pattern.DOTALL);

	private static final Pattern STEP = Pattern.compile("(?:\\*|0)/(\\d{1,2})");

	private static final Pattern NUMBERS = Pattern.compile("\\d{1,2}(?:,\\d{1,2})*");

	private static final Pattern RANGE = Pattern.compile("(\\d{1,2})-(\\d{1,2})");

	private static final Map<String, String> MACROS = Map.of("@yearly", "0 0 0 1 1 *", "@annually", "0 0 0 1 1 *",
			"@monthly", "0 0 0 1 * *", "@weekly", "0 0 0 * * 0", "@daily", "0 0 0 * * *", "@midnight", "0 0 0 * * *",
			"@hourly", "0 0 * * * *");

	/** A shorter period that is no whole minute is told in seconds. */
	private static final Duration SHORT = Duration.ofMinutes(2);

	/** So many times of a day can be read in one breath. */
	private static final int MOST_TIMES = 4;

	private LineWords() {
	}

	/** Returns the words; {@code null} if the line has none of the common shapes. */
	static @Nullable String of(Schedule schedule) {
		ZoneId zone = schedule.timing().zone();
		if (zone == null) {
			return every(schedule.definition());
		}
		Matcher zoned = ZONED.matcher(schedule.line().strip());
		String line = zoned.matches() ? zoned.group(1).strip() : schedule.line().strip();
		String[] fields = MACROS.getOrDefault(line.toLowerCase(Locale.ROOT), line).split("\\s+");
		if (fields.length == 5) {
			fields = ("0 " + String.join(" ", fields)).split(" ");
		}
		return (fields.length == 6) ? cron(fields, zone) : null;
	}

	private static @Nullable String every(String definition) {
		if (!definition.startsWith("@every ")) {
			return null;
		}
		Duration period = Duration.parse(definition.substring("@every ".length()));
		if (period.compareTo(SHORT) < 0 && period.toSecondsPart() > 0) {
			return (period.toSeconds() == 1) ? "every second" : "every %d seconds".formatted(period.toSeconds());
		}
		List<String> parts = new ArrayList<>();
		add(parts, period.toDays(), "day");
		add(parts, period.toHoursPart(), "hour");
		add(parts, period.toMinutesPart(), "minute");
		add(parts, period.toSecondsPart(), "second");
		return "every " + ((parts.size() == 1 && parts.get(0).startsWith("1 ")) ? parts.get(0).substring(2)
				: String.join(" ", parts));
	}

	private static void add(List<String> parts, long number, String unit) {
		if (number > 0) {
			parts.add(number + " " + unit + ((number == 1) ? "" : "s"));
		}
	}

	private static @Nullable String cron(String[] fields, ZoneId zone) {
		String days = days(fields[3], fields[4], fields[5]);
		if (days == null) {
			return null;
		}
		String within = within(fields[0], fields[1], fields[2]);
		if (within != null) {
			// What runs all day is the same in every zone.
			return (days.isEmpty() && !RANGE.matcher(fields[2]).matches()) ? within : within + after(days) + zone(zone);
		}
		String times = times(fields[0], fields[1], fields[2]);
		return (times != null) ? (days.isEmpty() ? "every day" : days) + " at " + times + zone(zone) : null;
	}

	private static String after(String days) {
		return days.isEmpty() ? "" : ", " + days;
	}

	/** Returns how often it is due in the hours that it is due in. */
	private static @Nullable String within(String second, String minute, String hour) {
		String hours = isAny(hour) ? "" : hours(hour, minute);
		if (hours == null) {
			return null;
		}
		if (isAny(minute)) {
			String seconds = isAny(second) ? "every second" : step(second, 60, "second");
			return (seconds != null) ? seconds + hours : isZero(second) ? "every minute" + hours : null;
		}
		if (!isZero(second)) {
			return null;
		}
		String minutes = step(minute, 60, "minute");
		if (minutes != null) {
			return minutes + hours;
		}
		if (!isNumber(minute, 59)) {
			return null;
		}
		String past = isZero(minute) ? "" : ", at minute " + Integer.parseInt(minute);
		String every = step(hour, 24, "hour");
		return (every != null) ? every + past
				: (isAny(hour) || RANGE.matcher(hour).matches()) ? "every hour" + past + hours : null;
	}

	/** Returns from when to when; {@code null} if the hours are no range or step. */
	private static @Nullable String hours(String hour, String minute) {
		Matcher range = RANGE.matcher(hour);
		if (!range.matches()) {
			return (STEP.matcher(hour).matches() && isNumber(minute, 59)) ? "" : null;
		}
		String end = isNumber(minute, 59) ? two(minute) : "59";
		return " from %s:%s to %s:%s".formatted(two(range.group(1)), isNumber(minute, 59) ? two(minute) : "00",
				two(range.group(2)), end);
	}

	private static String two(String number) {
		return "%02d".formatted(Integer.parseInt(number));
	}

	private static @Nullable String step(String field, int whole, String unit) {
		Matcher step = STEP.matcher(field);
		if (!step.matches()) {
			return null;
		}
		int number = Integer.parseInt(step.group(1));
		if (number == 0 || whole % number != 0) {
			return null;
		}
		return (number == 1) ? "every " + unit : "every %d %ss".formatted(number, unit);
	}

	/** Returns the times of a day; {@code null} if they cannot be listed. */
	private static @Nullable String times(String second, String minute, String hour) {
		if (!isNumber(second, 59) || !isNumber(minute, 59) || !NUMBERS.matcher(hour).matches()) {
			return null;
		}
		List<String> times = Arrays.stream(hour.split(","))
			.map((each) -> LocalTime.of(Integer.parseInt(each), Integer.parseInt(minute), Integer.parseInt(second)))
			.sorted()
			.map(LocalTime::toString)
			.toList();
		return (times.size() <= MOST_TIMES) ? and(times) : null;
	}

	private static String and(List<String> words) {
		return (words.size() < 2) ? String.join("", words)
				: String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.get(words.size() - 1);
	}

	/** Returns the days; empty for all, {@code null} if they cannot be told. */
	private static @Nullable String days(String day, String month, String weekday) {
		if (!isAny(weekday)) {
			return (isAny(day) && isAny(month)) ? weekdays(weekday) : null;
		}
		if (isAny(day)) {
			return isAny(month) ? "" : null;
		}
		if (!isAny(month)) {
			return (isNumber(day, 31) && isNumber(month, 12)) ? "every %d %s".formatted(Integer.parseInt(day),
					Month.of(Integer.parseInt(month)).getDisplayName(TextStyle.FULL, Locale.ENGLISH)) : null;
		}
		if (day.equalsIgnoreCase("L")) {
			return "on the last day of each month";
		}
		return isNumber(day, 31) ? "on day %d of each month".formatted(Integer.parseInt(day)) : null;
	}

	private static @Nullable String weekdays(String field) {
		String[] ends = field.split("-", -1);
		if (ends.length == 2) {
			String from = weekday(ends[0]);
			String to = weekday(ends[1]);
			return (from != null && to != null) ? from + " to " + to : null;
		}
		List<String> names = new ArrayList<>();
		for (String each : field.split(",", -1)) {
			String name = weekday(each);
			if (name == null) {
				return null;
			}
			names.add(name);
		}
		return (names.size() == 1) ? "every " + names.get(0) : and(names);
	}

	private static @Nullable String weekday(String text) {
		for (DayOfWeek day : DayOfWeek.values()) {
			if (text.equals(String.valueOf(day.getValue()))
					|| text.equalsIgnoreCase(day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH))) {
				return day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
			}
		}
		return text.equals("0") ? "Sunday" : null;
	}

	private static String zone(ZoneId zone) {
		String id = zone.getId();
		return (id.contains("/") && !id.startsWith("Etc/"))
				? " in " + id.substring(id.lastIndexOf('/') + 1).replace('_', ' ') : " " + id;
	}

	private static boolean isAny(String field) {
		return field.equals("*") || field.equals("?");
	}

	private static boolean isZero(String field) {
		return isNumber(field, 0);
	}

	/** Says whether a field is one number, from 0 to the largest. */
	private static boolean isNumber(String field, int largest) {
		return field.matches("\\d{1,2}") && Integer.parseInt(field) <= largest;
	}

}
