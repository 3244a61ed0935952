package dev.ticktock.documents;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The meters that docs/operations.md has.
 */
final class DocumentedMeters {

	private DocumentedMeters() {
	}

	/** Returns the names in the table of meters. */
	static Set<String> names() {
		return firstCells("`ticktock\\.[a-z.]+`");
	}

	/** Returns the names in the table of alerts, as Prometheus has them. */
	static Set<String> inPrometheus() {
		return firstCells("`ticktock_[a-z_]+`");
	}

	private static Set<String> firstCells(String pattern) {
		return Document.of("docs/operations.md")
			.rows()
			.stream()
			.map((row) -> row.get(0))
			.filter((cell) -> cell.matches(pattern))
			.map((cell) -> cell.replace("`", ""))
			.collect(Collectors.toUnmodifiableSet());
	}

}
