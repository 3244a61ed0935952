package dev.ticktock.documents;

import java.io.File;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.contentOf;

/**
 * The meters that operators are told of, and what docs/monitoring asks Prometheus for.
 */
public final class Monitoring {

	private static final File DASHBOARD = new File("docs/monitoring/ticktock.dashboard.json");

	static final File RULES = new File("docs/monitoring/ticktock.rules.yml");

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
		List<String> expressions = JsonMapper.shared().readTree(DASHBOARD).findValuesAsString("expr");
		return Stream.concat(expressions.stream(), Stream.of("ticktock_leader"))
			.map((expression) -> expression.replace("$__rate_interval", "1m")
				.replace("$__range", "1h")
				.replace("$job", "ticktock"))
			.toList();
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

	public static List<String> alerts() {
		return ofEachRule("alert");
	}

	/** Returns where the alert rules say that their remedies are. */
	static List<String> runbooks() {
		return ofEachRule("runbook_url");
	}

	private static List<String> ofEachRule(String field) {
		return JsonMapper.shared().valueToTree(new Yaml().load(contentOf(RULES))).findValuesAsString(field);
	}

	/** Returns the file of rules with a second in the place of each minute. */
	public static String rulesInSeconds() {
		return MINUTES.matcher(contentOf(RULES))
			.replaceAll((match) -> match.group().substring(0, match.group().length() - 1) + "s");
	}

}
