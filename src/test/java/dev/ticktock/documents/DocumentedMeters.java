package dev.ticktock.documents;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;

/**
 * The meters that docs/operations.md has.
 */
final class DocumentedMeters {

	private DocumentedMeters() {
	}

	/** Returns the names in the table of meters. */
	static Set<String> names() {
		return all().stream().map(Row::name).collect(Collectors.toUnmodifiableSet());
	}

	/** Returns the rows of the table of meters. */
	static List<Row> all() {
		return Document.of("docs/operations.md")
			.rows()
			.stream()
			.filter((row) -> row.get(0).matches("`ticktock\\.[a-z.]+`"))
			.map((row) -> row.stream().map((cell) -> cell.replace("`", "")).toList())
			.map((row) -> new Row(row.get(0), row.get(1), row.get(2), row.get(3)))
			.toList();
	}

	/**
	 * A row of the table.
	 *
	 * @param inPrometheus the name in Prometheus, of a timer without suffix
	 * @param tags the names of the tags in the order of the alphabet, with commas between
	 * them
	 */
	record Row(String name, String inPrometheus, String type, String tags) {

		/** Says whether a meter is as the row says. */
		boolean describes(Meter meter) {
			Meter.Id id = meter.getId();
			Set<String> keys = new TreeSet<>(id.getTags().stream().map(Tag::getKey).toList());
			return id.getName().equals(this.name) && this.type.equals(id.getType().name().toLowerCase(Locale.ROOT))
					&& this.tags.equals(String.join(", ", keys));
		}

		/** Returns the names of its series in Prometheus. */
		Set<String> series() {
			return switch (this.type) {
				case "timer" -> Set.of(this.inPrometheus + "_bucket", this.inPrometheus + "_count",
						this.inPrometheus + "_sum", this.inPrometheus + "_max");
				default -> Set.of(this.inPrometheus);
			};
		}

	}

}
