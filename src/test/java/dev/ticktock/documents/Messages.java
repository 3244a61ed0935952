package dev.ticktock.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The texts in the source that a log line can consist of.
 *
 * @param templates the texts, with {@code …} in the place of values
 */
record Messages(List<String> templates) {

	private static final String VALUE = "\u2026";

	/** What needs no text of its own: a level or a property before the message. */
	private static final Pattern BEFORE = Pattern.compile("^[a-z][\\w.-]+ = \"[^\"]*\": ");

	/** What can follow a message: the fix, and the broker's own words. */
	private static final List<String> AFTER = List.of(". " + VALUE, " (" + VALUE + ")");

	/** Literals, with plus signs between them, and what they are added to. */
	private static final Pattern TEXT = Pattern.compile(
			"(\\w\\)? ?\\+\\s*)?\"((?:[^\"\\\\\\n]|\\\\.)*(?:\"\\s*\\+\\s*\"(?:[^\"\\\\\\n]|\\\\.)*)*)\"(\\s*\\+)?");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\}|%(?:\\d\\$)?[sd]");

	/** Texts of fewer letters match by chance. */
	private static final int FEWEST_LETTERS = 7;

	static Messages load() {
		try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
			return new Messages(sources.filter((path) -> path.toString().endsWith(".java"))
				.flatMap((path) -> TEXT.matcher(read(path)).results())
				.map(Messages::template)
				.filter((text) -> text.chars().filter(Character::isLetter).count() >= FEWEST_LETTERS)
				.distinct()
				.toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path path) {
		try {
			return Files.readString(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String template(MatchResult text) {
		String literal = text.group(2).replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
		return ((text.group(1) != null) ? VALUE : "") + PLACEHOLDER.matcher(literal).replaceAll(VALUE)
				+ ((text.group(3) != null) ? VALUE : "");
	}

	/**
	 * Says whether TickTock can write a line.
	 * @param line the line, with {@code …} in the place of values or rests
	 */
	boolean know(String line) {
		String text = BEFORE.matcher(line).replaceFirst("");
		return text.equals(VALUE) || this.templates.stream().anyMatch((template) -> matches(template, text))
				|| AFTER.stream()
					.anyMatch((end) -> text.endsWith(end) && know(text.substring(0, text.length() - end.length())));
	}

	private boolean matches(String template, String line) {
		Matcher matcher = pattern(template).matcher(line);
		if (matcher.matches()) {
			// What such a template begins with is a message itself.
			return !template.startsWith(VALUE) || know(matcher.group(1));
		}
		return line.endsWith("; " + VALUE) && pattern(line).matcher(template).matches();
	}

	private static Pattern pattern(String template) {
		return Pattern.compile(
				Stream.of(template.split(VALUE, -1)).map(Pattern::quote).collect(Collectors.joining("(.*)")),
				Pattern.DOTALL);
	}

	/** Returns those of some lines that TickTock cannot write. */
	List<String> unknown(List<String> lines) {
		List<String> unknown = new ArrayList<>(lines);
		unknown.removeIf(this::know);
		return unknown;
	}

}
