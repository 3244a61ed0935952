package dev.ticktock.startup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Prints the line of a YAML file that cannot be read instead of the parser's stack trace.
 * Most often it is a schedule without quotes.
 */
class InvalidYamlFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

	private static final int LONGEST_LINE = 200;

	/** A value that begins with a character of which YAML makes something else. */
	private static final Pattern WITHOUT_QUOTES = Pattern.compile("[^#]*:\\s+[*@%&!`-].*");

	/** The parser adds the code of a character that it does not expect. */
	private static final Pattern CODE = Pattern.compile("\\s+\\(\\d+\\)$");

	private final Path folder;

	InvalidYamlFailureAnalyzer() {
		this(Path.of(""));
	}

	/**
	 * Creates an analyzer.
	 * @param folder where TickTock was started
	 */
	InvalidYamlFailureAnalyzer(Path folder) {
		this.folder = folder;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, MarkedYAMLException cause) {
		Mark mark = cause.getProblemMark();
		if (mark == null) {
			return null;
		}
		String line = mark.get_snippet(0, LONGEST_LINE).lines().findFirst().orElse("").strip();
		String problem = CODE.matcher(String.valueOf(cause.getProblem()).strip()).replaceFirst("");
		return new FailureAnalysis("%s, line %d, is not valid YAML: %s.%n%n    %s".formatted(file(mark
			.getLine(), line), mark.getLine() + 1, problem, line), WITHOUT_QUOTES.matcher(line).matches()
					? "Put the schedule in quotes, such as report.nightly: \"0 30 4 * * *\". YAML gives a meaning of its own to a text that begins with *, @ or -."
					: "Correct that line.",
				cause);
	}

	/** The parser does not know which file it reads, so this looks where Boot does. */
	private String file(int number, String line) {
		return Stream.of(this.folder, this.folder.resolve("config"))
			.flatMap(InvalidYamlFailureAnalyzer::within)
			.flatMap((path) -> Files.isDirectory(path) && path.startsWith(this.folder.resolve("config")) ? within(path)
					: Stream.of(path))
			.filter((path) -> path.toString().matches(".*\\.ya?ml") && hasLine(path, number, line))
			.map(Path::toString)
			.findFirst()
			.orElse("A file of the configuration");
	}

	private static Stream<Path> within(Path folder) {
		try (Stream<Path> entries = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
			return entries.sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean hasLine(Path path, int number, String line) {
		try {
			List<String> lines = Files.readAllLines(path);
			return number < lines.size() && lines.get(number).strip().equals(line);
		}
		catch (IOException ex) {
			return false;
		}
	}

}
