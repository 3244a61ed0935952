package dev.ticktock.schedule;

import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.ticktock.schedule.ScheduleFormatException.Part;
import dev.ticktock.startup.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * Translates the lines and zones of other schedulers, so that a refusal contains the line
 * to write instead. Each entry of the table rewrites one habit; they are applied one
 * after another until the parser accepts the result.
 */
final class Dialects {

	/** A calendar event of systemd: days, date and time, each of which may be missing. */
	private static final String CALENDAR = "(?=\\S)(?:([A-Za-z]{3,9}(?:(?:\\.\\.|[-,])[A-Za-z]{3,9})*)\\s*)?"
			+ "(?:\\*-([\\d*,./]+)-([\\d*,./]+)\\s*)?(?:([\\d*,./]+):([\\d*,./]+)(?::([\\d*,./]+))?)?";

	private static final List<Dialect> TABLE = List.of(
			new Dialect("(['\"])(.*)\\1", "it is in quotes", (line) -> line.group(2)),
			new Dialect("(?i)(?:CRON_TZ|TZ)\\s*=\\s*+(\"[^\"]*\"|'[^']*'|[^=]+?)\\s++([\\d*@?].*)", null,
					(line) -> zoned(line.group(1), line.group(2))),
			new Dialect("(?i)cron\\(\\s*(.*\\S)\\s*\\)", "EventBridge writes lines like this",
					(line) -> "0 " + line.group(1)),
			new Dialect("(\\S+(?:\\s+\\S+){4})\\s+(\\S+)\\s+(?:[*?]|\\d{4}\\S*)",
					"a year is not supported, a line is due every year",
					(line) -> line.group(1) + " " + QuartzDays.named(line.group(2))),
			new Dialect("(?i)(?:@?every\\s+|rate\\s*\\()?([^)]*)\\)?", "a period is written as @every and a duration",
					(line) -> every(line.group(1))),
			new Dialect(
					"(@every\\s+\\S+|@\\S+|\\S+(?:\\s+\\S+){4,5}?)\\s+(?:[#/~.$]|(?!mon|tue|wed|thu|fri|sat|sun)[a-z]).*",
					"a line ends with its fields, without a command or a comment", (line) -> line.group(1)),
			new Dialect("(?i)(?:at\\s*\\(\\s*)?(\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d\\S*?)\\)?",
					"an instant is written after @at", (line) -> "@at " + line.group(1)),
			new Dialect("(?i)hourly|daily|weekly|monthly|yearly|annually", "a macro begins with @",
					(line) -> "@" + line.group().toLowerCase(Locale.ROOT)),
			new Dialect(CALENDAR, "systemd writes lines like this", Dialects::calendar));

	private static final Pattern ZONED = Pattern.compile("((?:CRON_TZ|TZ)=\\S+\\s+)(.*)", Pattern.DOTALL);

	private static final Map<String, String> ABBREVIATIONS = Map.of("EST", "America/New_York", "EDT",
			"America/New_York", "CST", "America/Chicago", "PST", "America/Los_Angeles", "PDT", "America/Los_Angeles",
			"BST", "Europe/London", "CEST", "Europe/Berlin", "IST", "Asia/Kolkata", "JST", "Asia/Tokyo");

	private Dialects() {
	}

	/**
	 * Returns the refusal of a line, with what to write instead if it looks like one of
	 * another scheduler.
	 * @param refusal why the parser has refused it
	 * @param accepted whether the parser accepts a line
	 */
	static ScheduleFormatException refused(String event, String line, Exception refusal, Predicate<String> accepted) {
		String reason = String.valueOf(refusal.getMessage());
		String text = line.strip();
		String rule = null;
		for (Dialect dialect : TABLE) {
			String rewritten = dialect.rewrite(text);
			if (rewritten != null && !rewritten.equals(text)) {
				text = rewritten;
				rule = (rule != null) ? rule : Objects.requireNonNullElse(dialect.reason, reason);
				if (accepted.test(text)) {
					return new ScheduleFormatException(event, Part.LINE, line, rule,
							"Use \"%s\".".formatted(Quotable.of(text)), refusal);
				}
			}
		}
		return new ScheduleFormatException(event, Part.LINE, line, reason, refusal);
	}

	private static @Nullable String zoned(String zone, String line) {
		String name = zone(zone);
		return (name != null) ? "CRON_TZ=%s %s".formatted(name, line) : null;
	}

	private static @Nullable String every(String words) {
		String duration = words.toLowerCase(Locale.ROOT)
			.replaceAll("\\band\\b|[\\s,]", "")
			.replaceAll("([dhms])(?:ays?|ours?|rs?|inutes?|ins?|econds?|ecs?)", "$1")
			.replaceFirst("^(?=[dhms]$)", "1");
		return duration.matches("p?t?\\d[\\ddhmst]*") ? "@every " + duration : null;
	}

	private static String calendar(MatchResult parts) {
		String fields = String.join(" ", part(parts, 6, "0"), part(parts, 5, "0"), part(parts, 4, "0"),
				part(parts, 3, "*"), part(parts, 2, "*"), part(parts, 1, "*"));
		return fields.replace("..", "-")
			.replaceAll("\\b0+(?=\\d)", "")
			.replaceAll("([A-Za-z]{3})[A-Za-z]*", "$1")
			.toUpperCase(Locale.ROOT);
	}

	private static String part(MatchResult parts, int group, String otherwise) {
		return Objects.requireNonNullElse(parts.group(group), otherwise);
	}

	/**
	 * Returns the name of the time zone that a text probably means: in another case,
	 * without its region, abbreviated, or misspelt; {@code null} if it looks like none.
	 */
	static @Nullable String zone(String text) {
		String id = text.replaceAll("^[\"'\\s]+|[\"'\\s]+$", "").replace(' ', '_');
		List<String> known = ZoneId.getAvailableZoneIds()
			.stream()
			.sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
			.toList();
		for (String each : known) {
			if (each.equalsIgnoreCase(id) || each.substring(each.lastIndexOf('/') + 1).equalsIgnoreCase(id)) {
				return each;
			}
		}
		String meant = ABBREVIATIONS.get(id.toUpperCase(Locale.ROOT));
		return (meant == null && id.contains("/")) ? Spelling.nearest(id, known) : meant;
	}

	/**
	 * One habit of other schedulers.
	 *
	 * @param reason why it is refused; {@code null} for the reason of the parser
	 * @param line the line as this scheduler writes it; {@code null} if it is not this
	 * dialect after all
	 */
	private record Dialect(Pattern pattern, @Nullable String reason, Function<MatchResult, @Nullable String> line) {

		Dialect(String pattern, @Nullable String reason, Function<MatchResult, @Nullable String> line) {
			this(Pattern.compile(pattern, Pattern.DOTALL), reason, line);
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

}
