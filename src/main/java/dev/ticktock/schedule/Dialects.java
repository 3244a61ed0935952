package dev.ticktock.schedule;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.ticktock.startup.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * Translates the lines and zones of other schedulers, so that a refusal contains the line
 * to write instead. Each entry of the table rewrites one habit; they are applied one
 * after another until the parser accepts the result.
 */
final class Dialects {

	private static final String USE = "Use \"%s\".";

	private static final String EVERY_YEAR = "Use \"%s\", which is due every year.";

	private static final String SIX = "(\\S+(?:\\s+\\S+){4})\\s+(\\S+)";

	/** A calendar event of systemd, or a date with a time. */
	private static final String CALENDAR = "(?:([A-Za-z]{3,9}(?:(?:\\.\\.|[-,])[A-Za-z]{3,9})*),?)?\\s*"
			+ "(?:(?:([\\d*]+)-)?([\\d*,./]+)-([\\d*,./]+))?[T\\s]*"
			+ "(?:([\\d*,./]+):([\\d*,./]+)(?::([\\d*,./]+))?)?\\s*([A-Za-z][\\w/+-]*)?";

	private static final List<Dialect> TABLE = List.of(
			new Dialect("(['\"])(.*)\\1", "it is in quotes", USE, (line) -> line.group(2)),
			new Dialect("(?:CRON_TZ|TZ)=(\\S+)\\s+([^A-Za-z\\s].*)", null, USE,
					(line) -> zoned(line.group(1), line.group(2))),
			new Dialect("(?i)(?:CRON_TZ|TZ)\\s*=\\s*(\"[^\"]*\"|'[^']*'|[^=]+?)\\s+([\\d*@?H].*)",
					"a zone is written like CRON_TZ=Europe/Oslo, in upper case and without spaces", USE,
					(line) -> zoned(line.group(1), line.group(2))),
			new Dialect("(.*\\S)\\s+([A-Z][A-Za-z]+/[\\w/+-]+)", "the zone stands before the fields", USE,
					(line) -> zoned(line.group(2), line.group(1))),
			new Dialect("(?i)(?:cron|at)\\(\\s*(\\S+(?:\\s+\\S+){0,4})\\s*\\)", "EventBridge writes lines like this",
					USE, (line) -> line.group(1)),
			new Dialect("(?i)cron\\(\\s*(.*\\S)\\s*\\)", "EventBridge writes lines like this", USE,
					(line) -> "0 " + line.group(1)),
			new Dialect(SIX + "\\s+[*?]", "a year is not supported", "Leave it out: use \"%s\".",
					(line) -> "%s %s".formatted(line.group(1), quartzDays(line.group(2)))),
			new Dialect(SIX + "\\s+\\d{4}\\S*", "a year is not supported", EVERY_YEAR,
					(line) -> "%s %s".formatted(line.group(1), quartzDays(line.group(2)))),
			new Dialect("(?i)@every\\s+(.*)", null, USE, (line) -> every(line.group(1))),
			new Dialect(
					"(@every\\s+\\S+|@\\S+|\\S+(?:\\s+\\S+){4,5}?)\\s+(?:[#/~.$]|(?!mon|tue|wed|thu|fri|sat|sun)[a-z]).*",
					"a line ends with its fields, without a command or a comment", USE, (line) -> line.group(1)),
			new Dialect("(?i)(?:every\\s+|rate\\s*\\(|R\\d*/(?:[^/]*/)?)?([^)]*)\\)?",
					"a period is written as @every and a duration", USE, (line) -> every(line.group(1))),
			new Dialect("(?i)@?(minutely|hourly|daily|weekly|monthly|quarterly|yearly|annually)",
					"systemd writes lines like this", USE, (line) -> word(line.group(1).toLowerCase(Locale.ROOT))),
			new Dialect(CALENDAR, "systemd writes lines like this", USE, (line) -> calendar(line, false)),
			new Dialect(CALENDAR, "a year is not supported", EVERY_YEAR, (line) -> calendar(line, true)),
			new Dialect(".*\\bH\\b.*", "H, which Jenkins replaces by a number, is not supported",
					"Choose the number, such as \"%s\".", (line) -> withoutHash(line.group())),
			new Dialect(".*-.*", "a range cannot run over the end of its field", USE,
					(line) -> withoutWrapping(line.group().split("\\s+"))));

	private static final Pattern ZONED = Pattern.compile("((?:CRON_TZ|TZ)=\\S+\\s+)(.*)", Pattern.DOTALL);

	private static final Pattern RANGE = Pattern.compile("([A-Z]{3}|\\d{1,2})-([A-Z]{3}|\\d{1,2})");

	private static final List<String> DAYS = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

	private static final List<String> MONTHS = List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP",
			"OCT", "NOV", "DEC");

	private Dialects() {
	}

	/**
	 * Returns the probable meaning of a line that was refused; {@code null} if it looks
	 * like no dialect.
	 * @param reason why it was refused
	 * @param accepted whether the parser accepts a line
	 */
	static @Nullable Meaning of(String line, String reason, Predicate<String> accepted) {
		if (line.equalsIgnoreCase("@reboot")) {
			return new Meaning("it has no time", "Let the worker run the job when it starts.");
		}
		String text = line;
		String rule = null;
		for (Dialect dialect : TABLE) {
			String rewritten = dialect.rewrite(text);
			if (rewritten != null && !rewritten.equals(text)) {
				text = rewritten;
				rule = (rule == null || !dialect.remedy.equals(USE))
						? (dialect.reason != null) ? dialect.reason : reason : rule;
				if (accepted.test(text)) {
					return new Meaning(rule, dialect.remedy.formatted(ScheduleFormatException.abbreviated(text)));
				}
			}
		}
		return null;
	}

	private static @Nullable String zoned(String zone, String line) {
		String name = zone(zone);
		return (name != null) ? "CRON_TZ=%s %s".formatted(name, line) : null;
	}

	/**
	 * Quartz and EventBridge count the days of the week from 1, which is Sunday, to 7.
	 */
	private static String quartzDays(String field) {
		String ranges = field.replaceAll("^\\*/", "1/").replaceAll("(?<![\\w-])([1-7]|[A-Z]{3})/", "$1-7/");
		return ranges.equals("L") ? "SAT"
				: Pattern.compile("(?<![#/\\d])[1-7](?!\\d)")
					.matcher(ranges)
					.replaceAll((day) -> DAYS.get((Integer.parseInt(day.group()) + 5) % 7));
	}

	private static @Nullable String every(String words) {
		String text = words.toLowerCase(Locale.ROOT)
			.replaceAll("\\band\\b|[\\s,]", "")
			.replaceFirst("^p(?=t|\\d+d)(\\d+d)?t?", "$1")
			.replaceAll("([dhms])(?:ays?|ours?|rs?|inutes?|ins?|econds?|ecs?)", "$1")
			.replaceFirst("^(?=[dhms]$)", "1");
		return text.matches("(?:\\d+[dhms])+") ? "@every " + text : null;
	}

	private static String word(String word) {
		return switch (word) {
			case "minutely" -> "0 * * * * *";
			case "weekly" -> "0 0 0 * * MON";
			case "quarterly" -> "0 0 0 1 1,4,7,10 *";
			default -> "@" + word;
		};
	}

	private static @Nullable String calendar(MatchResult parts, boolean withYear) {
		boolean hasDate = parts.group(3) != null;
		boolean hasTime = parts.group(5) != null;
		if (withYear != (parts.group(2) != null && !parts.group(2).equals("*"))
				|| (parts.group(1) == null && !hasDate && !hasTime)) {
			return null;
		}
		String fields = Stream
			.of((parts.group(7) != null) ? parts.group(7) : "0", hasTime ? parts.group(6) : "0",
					hasTime ? parts.group(5) : "0", hasDate ? parts.group(4) : "*", hasDate ? parts.group(3) : "*")
			.map((field) -> field.replace("..", "-").replaceAll("\\b0+(?=\\d)", ""))
			.collect(Collectors.joining(" "));
		String days = (parts.group(1) != null)
				? parts.group(1).replace("..", "-").replaceAll("([A-Za-z]{3})[A-Za-z]*", "$1").toUpperCase(Locale.ROOT)
				: "*";
		String line = fields + " " + days;
		return (parts.group(8) != null) ? zoned(parts.group(8), line) : line;
	}

	/** The first number of its range, or else 1, which every field has. */
	private static String withoutHash(String line) {
		return line.replaceAll("\\bH\\((\\d+-\\d+)\\)/", "$1/")
			.replaceAll("\\bH\\((\\d+)-\\d+\\)", "$1")
			.replaceAll("\\bH/", "*/")
			.replaceAll("\\bH\\b", "1");
	}

	private static @Nullable String withoutWrapping(String... fields) {
		int missing = 6 - fields.length;
		if (missing != 0 && missing != 1) {
			return null;
		}
		return IntStream.range(0, fields.length)
			.mapToObj((i) -> Stream.of(fields[i].split(","))
				.map((part) -> withoutWrapping(part, i + missing))
				.collect(Collectors.joining(",")))
			.collect(Collectors.joining(" "));
	}

	private static String withoutWrapping(String part, int position) {
		Matcher range = RANGE.matcher(part.toUpperCase(Locale.ROOT));
		if (!range.matches()) {
			return part;
		}
		List<String> values = values(position, Character.isLetter(part.charAt(0)));
		int from = values.indexOf(range.group(1));
		int to = values.indexOf(range.group(2));
		return (to < 0 || from <= to) ? part
				: "%s,%s".formatted(range(values, from, values.size() - 1), range(values, 0, to));
	}

	private static String range(List<String> values, int from, int to) {
		return (from == to) ? values.get(from) : "%s-%s".formatted(values.get(from), values.get(to));
	}

	/** Returns the values of a field in their order. */
	private static List<String> values(int position, boolean names) {
		if (names) {
			return (position == 4) ? MONTHS : DAYS;
		}
		IntStream numbers = switch (position) {
			case 0, 1 -> IntStream.range(0, 60);
			case 2 -> IntStream.range(0, 24);
			case 3 -> IntStream.rangeClosed(1, 31);
			case 4 -> IntStream.rangeClosed(1, 12);
			default -> IntStream.range(0, 7);
		};
		return numbers.mapToObj(String::valueOf).toList();
	}

	/**
	 * Returns the name of the time zone that a text probably means; {@code null} if it
	 * looks like none.
	 */
	static @Nullable String zone(String text) {
		String name = text.replaceAll("^[\"'\\s]+|[\"'\\s]+$", "");
		for (String id : List.of(name, name.toUpperCase(Locale.ROOT))) {
			try {
				return ZoneId.of(id).getId();
			}
			catch (DateTimeException ex) {
				// The next guess may be one.
			}
		}
		return (name.length() <= Zones.LONGEST) ? Zones.meantBy(name) : null;
	}

	/**
	 * The meaning of a line.
	 *
	 * @param reason why it was refused
	 * @param remedy what to write instead
	 */
	record Meaning(String reason, String remedy) {

	}

	/**
	 * One habit of other schedulers.
	 *
	 * @param reason why it is refused; {@code null} for the reason of the parser
	 * @param remedy what to do, with a place for the line
	 * @param line the line as this scheduler writes it; {@code null} if it is not this
	 * dialect after all
	 */
	private record Dialect(Pattern pattern, @Nullable String reason, String remedy,
			Function<MatchResult, @Nullable String> line) {

		Dialect(String pattern, @Nullable String reason, String remedy, Function<MatchResult, @Nullable String> line) {
			this(Pattern.compile(pattern, Pattern.DOTALL), reason, remedy, line);
		}

		/** A zone before a line stays there. */
		@Nullable String rewrite(String text) {
			Matcher whole = this.pattern.matcher(text);
			String line = whole.matches() ? this.line.apply(whole) : null;
			Matcher zoned = ZONED.matcher(text);
			if (line != null || !zoned.matches()) {
				return line;
			}
			String rest = rewrite(zoned.group(2));
			return (rest != null) ? zoned.group(1) + rest : null;
		}

	}

	/**
	 * The names of time zones that {@link ZoneId} does not know: without their region, in
	 * another case, in words, and of Windows.
	 */
	private static final class Zones {

		/** Longer texts are no names of zones. */
		static final int LONGEST = 100;

		/** Of several zones with one name, these are meant. */
		private static final Set<ZoneId> USUAL = Stream
			.of("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London",
					"Europe/Berlin", "Europe/Helsinki", "Asia/Kolkata", "Asia/Shanghai", "Australia/Sydney")
			.map(ZoneId::of)
			.collect(Collectors.toUnmodifiableSet());

		private static final List<DateTimeFormatter> NAMES = Stream.of(TextStyle.SHORT, TextStyle.FULL)
			.map((style) -> new DateTimeFormatterBuilder().parseCaseInsensitive()
				.appendZoneText(style, USUAL)
				.toFormatter(Locale.ENGLISH))
			.toList();

		/** Those that Java does not know, or knows for another zone. */
		private static final Map<String, String> WINDOWS = Map.of("w. europe", "Europe/Berlin", "central europe",
				"Europe/Budapest", "romance", "Europe/Paris", "gmt", "Europe/London", "fle", "Europe/Helsinki", "gtb",
				"Europe/Athens", "russian", "Europe/Moscow", "e. south america", "America/Sao_Paulo", "tokyo",
				"Asia/Tokyo", "aus eastern", "Australia/Sydney");

		private static final String ANY_REGION = "(?i)(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/(?:.*/)?";

		static @Nullable String meantBy(String name) {
			String lower = name.toLowerCase(Locale.ROOT);
			if (lower.endsWith(" standard time") && WINDOWS.containsKey(lower.replace(" standard time", ""))) {
				return WINDOWS.get(lower.replace(" standard time", ""));
			}
			String id = name.replace(' ', '_');
			Set<String> known = new TreeSet<>(ZoneId.getAvailableZoneIds());
			for (String each : known) {
				if (each.equalsIgnoreCase(id) || each.replaceFirst(ANY_REGION, "").equalsIgnoreCase(id)) {
					return each;
				}
			}
			for (DateTimeFormatter names : NAMES) {
				try {
					return names.parse(name, TemporalQueries.zoneId()).getId();
				}
				catch (DateTimeException ex) {
					// It may be a name of the other style.
				}
			}
			return id.contains("/") ? Spelling.nearest(id, known) : null;
		}

	}

}
