package dev.ticktock.documents;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/**
 * The meters that operators are told of, and what docs/monitoring asks Prometheus for.
 */
public final class Monitoring {

	private static final Path DASHBOARD = Path.of("docs/monitoring/ticktock.dashboard.json");

	static final Path RULES = Path.of("docs/monitoring/ticktock.rules.yml");

	/** The durations of the rules, all of which are minutes. */
	private static final Pattern MINUTES = Pattern
		.compile("(?<=\\[)(\\d+)m(?=])|(?<=offset )(\\d+)m|(?<=for: )(\\d+)m");

	private Monitoring() {
	}

	/**
	 * Returns the expressions of the dashboard, with values in the place of its
	 * variables.
	 */
	public static List<String> queries() {
		try {
			List<String> expressions = JsonMapper.shared()
				.readTree(Files.readString(DASHBOARD))
				.findValuesAsString("expr");
			return Stream.concat(expressions.stream(), Stream.of("ticktock_leader"))
				.map((expression) -> expression.replace("$__rate_interval", "1m")
					.replace("$__range", "1h")
					.replace("$job", "ticktock"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the rows of the table of meters: the name, the name in Prometheus without
	 * the suffixes of a timer, the type, and the tags in the order of the alphabet.
	 */
	static List<List<String>> meters() {
		return Document.of("docs/operations.md")
			.rows()
			.stream()
			.filter((row) -> row.get(0).matches("`ticktock\\.[a-z.]+`"))
			.map((row) -> row.stream().limit(4).map((cell) -> cell.replace("`", "")).toList())
			.toList();
	}

	static boolean isMeter(String name) {
		return meters().stream().anyMatch((row) -> row.get(0).equals(name));
	}

	static List<Rule> rules() {
		try (Reader reader = Files.newBufferedReader(RULES)) {
			Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml(
					new SafeConstructor(new LoaderOptions()))
				.load(reader);
			return file.getOrDefault("groups", List.of())
				.stream()
				.flatMap((group) -> group.getOrDefault("rules", List.of()).stream())
				.map(Rule::of)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static List<String> alerts() {
		return rules().stream().map(Rule::alert).toList();
	}

	/** Returns the file of rules with a second in the place of each minute. */
	public static String rulesInSeconds() throws IOException {
		return MINUTES.matcher(Files.readString(RULES))
			.replaceAll((match) -> match.group().substring(0, match.group().length() - 1) + "s");
	}

	/**
	 * An alert rule.
	 *
	 * @param alert the name of the alert
	 */
	record Rule(String alert, Map<String, String> annotations) {

		@SuppressWarnings("unchecked")
		static Rule of(Map<String, Object> rule) {
			return new Rule(String.valueOf(rule.get("alert")),
					(Map<String, String>) rule.getOrDefault("annotations", Map.of()));
		}

	}

}
