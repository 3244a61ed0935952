package dev.ticktock.support;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The alert rules of the documents.
 */
public final class AlertRules {

	public static final Path FILE = Path.of("docs/monitoring/ticktock.rules.yml");

	/** The durations of the rules, all of which are minutes. */
	private static final Pattern MINUTES = Pattern
		.compile("(?<=\\[)(\\d+)m(?=])|(?<=offset )(\\d+)m|(?<=for: )(\\d+)m");

	private AlertRules() {
	}

	public static List<Rule> all() {
		try (Reader reader = Files.newBufferedReader(FILE)) {
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

	public static List<String> names() {
		return all().stream().map(Rule::alert).toList();
	}

	/** Returns the file with a second in the place of each minute. */
	public static String inSeconds() throws IOException {
		return MINUTES.matcher(Files.readString(FILE))
			.replaceAll((match) -> match.group().substring(0, match.group().length() - 1) + "s");
	}

	/**
	 * An alert rule.
	 *
	 * @param alert the name of the alert
	 * @param expr when it fires, in PromQL
	 */
	public record Rule(String alert, String expr, Map<String, String> labels, Map<String, String> annotations) {

		@SuppressWarnings("unchecked")
		static Rule of(Map<String, Object> rule) {
			return new Rule(String.valueOf(rule.get("alert")), String.valueOf(rule.get("expr")),
					(Map<String, String>) rule.getOrDefault("labels", Map.of()),
					(Map<String, String>) rule.getOrDefault("annotations", Map.of()));
		}

	}

}
