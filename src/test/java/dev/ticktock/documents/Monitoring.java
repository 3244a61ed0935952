package dev.ticktock.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

/**
 * The meters that operators are told of, and what docs/monitoring asks Prometheus for.
 */
public final class Monitoring {

	private static final Path DASHBOARD = Path.of("docs/monitoring/ticktock.dashboard.json");

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

}
