package dev.ticktock.documents;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.ticktock.documents.Document.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the properties, environment variables and commands that the documents name.
 */
class SettingsInDocumentsTests {

	private static final Settings SETTINGS = Settings.load();

	private static final Pattern NAME = Pattern
		.compile("(?<![\\w./=-])(?:--)?((?:ticktock|spring\\.rabbitmq|server)\\.[a-z][\\w.-]*\\w)(?![\\w/])");

	private static final Pattern OPTION = Pattern.compile("--([a-z][\\w.-]*)=");

	private static final Pattern VARIABLE = Pattern.compile("\\b((?:SPRING|TICKTOCK|SERVER)_[A-Z_]+)\\b");

	static List<Document> documents() {
		return Document.all();
	}

	static List<Block> shell() {
		return Document.blocks("shell");
	}

	@Test
	void everyPropertyIsDocumentedWithItsDefault() {
		Map<String, String> documented = new TreeMap<>();
		Document.of("docs/configuration.md").rows().forEach((row) -> {
			if (row.get(0).startsWith("`ticktock.")) {
				documented.put(row.get(0).replace("`", ""), row.get(1).replace("`", ""));
			}
		});
		assertThat(documented).containsOnlyKeys(SETTINGS.own().keySet());
		SETTINGS.own().forEach((name, value) -> {
			if (!value.isEmpty()) {
				assertThat(documented).containsEntry(name, value);
			}
		});
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyNameIsOfAPropertyOrAMeter(Document document) {
		// Tests of the Spring starter check the settings of jobs.
		assertThat(names(document))
			.filteredOn((name) -> !DocumentedMeters.names().contains(name) && !name.startsWith("ticktock.jobs."))
			.allSatisfy((name) -> assertThat(SETTINGS.knows(name)).as(name).isTrue());
		assertThat(VARIABLE.matcher(document.text()).results().map((result) -> result.group(1)))
			.filteredOn((name) -> !name.equals("TICKTOCK_REQUIRE_RABBITMQ"))
			.allSatisfy((name) -> assertThat(SETTINGS.knowsVariable(name)).as(name).isTrue());
	}

	private static Stream<String> names(Document document) {
		return NAME.matcher(document.text())
			.results()
			.map((result) -> result.group(1))
			.filter((name) -> !name.matches(".*\\.(jar|yml|json|env|service)|ticktock\\.test\\..*"));
	}

	@ParameterizedTest
	@MethodSource("shell")
	void everyOptionOfACommandIsAProperty(Block block) {
		assertThat(OPTION.matcher(block.text().replaceAll("(?m)^kubectl .*$", ""))
			.results()
			.map((result) -> result.group(1))).allSatisfy((name) -> assertThat(SETTINGS.knows(name)).as(name).isTrue());
	}

}
