package dev.ticktock.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.support.AlertRules;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What docs/monitoring asks Prometheus for.
 */
public final class Monitoring {

	/** Series of Prometheus itself. */
	private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

	/** Series that nobody can know before the first tick is missed. */
	static final Set<String> WITHOUT_A_START = Set.of("ticktock_ticks_missed_total");

	private static final Path DASHBOARD = Path.of("docs/monitoring/ticktock.dashboard.json");

	private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");

	/** What stands before a selector or a range, or is TickTock's. */
	private static final Pattern SERIES = Pattern.compile("\\b(ticktock_\\w+|\\w+(?=\\{))");

	private Monitoring() {
	}

	static JsonNode dashboard() {
		try {
			return JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the expressions of the dashboard, with values in the place of its
	 * variables.
	 */
	public static List<String> queries() {
		JsonNode dashboard = dashboard();
		return Stream.concat(dashboard.findValuesAsString("expr").stream(), Stream.of("ticktock_leader"))
			.map((expression) -> expression.replace("$__rate_interval", "1m")
				.replace("$__range", "1h")
				.replace("$job", "ticktock"))
			.toList();
	}

	/** Returns the names of TickTock's series that alerts and dashboard ask for. */
	static Set<String> series() {
		return Stream.concat(AlertRules.all().stream().map(AlertRules.Rule::expr), queries().stream())
			.flatMap((expression) -> SERIES.matcher(STRING.matcher(expression).replaceAll("\"\"")).results())
			.map(MatchResult::group)
			.filter((series) -> !OF_PROMETHEUS.contains(series))
			.collect(Collectors.toUnmodifiableSet());
	}

}
