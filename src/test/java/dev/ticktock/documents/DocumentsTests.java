package dev.ticktock.documents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.ticktock.documents.Document.Block;
import dev.ticktock.schedule.ConfiguredSchedules;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.support.Commands;
import dev.ticktock.support.Program;
import dev.ticktock.support.Prometheus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that links lead somewhere, that settings exist, that code can be read, and that
 * Prometheus takes the alerts.
 */
class DocumentsTests {

	private static final Settings SETTINGS = ThrowingSupplier.of(Settings::load).get();

	private static final Path RULE_TESTS = Path.of("docs/monitoring/ticktock.rules.test.yml");

	private static final Pattern NAME = Pattern
		.compile("(?<![\\w./=-])(?:--)?((?:ticktock|spring\\.rabbitmq|server)\\.[a-z][\\w.-]*\\w)(?![\\w/])");

	private static final Pattern VARIABLE = Pattern.compile("\\b((?:SPRING|TICKTOCK|SERVER)_[A-Z_]+)\\b");

	/** Of files, of tests, and of the Spring starter, whose own tests check them. */
	private static final String NO_SETTING = ".*\\.(jar|yml|json|env|service)|ticktock\\.(test|jobs)\\..*";

	static List<Document> documents() throws IOException {
		return Document.all();
	}

	static List<Block> yaml() throws IOException {
		return Document.blocks("yaml").stream().filter((block) -> block.text().startsWith("ticktock:")).toList();
	}

	static List<Block> python() throws IOException {
		return Document.blocks("python");
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyLinkLeadsSomewhere(Document document) {
		assertThat(document.links()).allSatisfy((link) -> {
			String[] parts = link.split("#", -1);
			Path target = parts[0].isEmpty() ? document.path() : document.path().resolveSibling(parts[0]).normalize();
			assertThat(target).exists();
			if (parts.length > 1) {
				assertThat(Document.of(target.toString()).anchors()).contains(parts[1]);
			}
		});
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
		assertThat(found(NAME, document.text())).filteredOn((name) -> !name.matches(NO_SETTING))
			.allSatisfy((name) -> assertThat(SETTINGS.knows(name) || Monitoring.isMeter(name)).as(name).isTrue());
		assertThat(found(VARIABLE, document.text())).filteredOn((name) -> !name.equals("TICKTOCK_REQUIRE_RABBITMQ"))
			.allSatisfy((name) -> assertThat(SETTINGS.knowsVariable(name)).as(name).isTrue());
	}

	private static Stream<String> found(Pattern pattern, String text) {
		return pattern.matcher(text).results().map((result) -> result.group(1));
	}

	@ParameterizedTest
	@MethodSource("yaml")
	void yamlHasKnownPropertiesAndSchedules(Block block) throws IOException {
		var source = (EnumerablePropertySource<?>) new YamlPropertySourceLoader()
			.load(block.place(), new ByteArrayResource(block.text().getBytes(StandardCharsets.UTF_8)))
			.get(0);
		assertThat(source.getPropertyNames()).isNotEmpty()
			.allSatisfy(
					(name) -> assertThat(SETTINGS.knows(name.replace("[", ".").replace("..", "."))).as(name).isTrue());
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(source);
		SchedulerProperties properties = Binder.get(environment)
			.bindOrCreate("ticktock.scheduler", SchedulerProperties.class);
		Map<String, String> cron = Binder.get(environment)
			.bind(ConfiguredSchedules.PROPERTY, Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		assertThatNoException().isThrownBy(new ConfiguredSchedules(cron, properties.defaults())::registry);
	}

	@ParameterizedTest
	@MethodSource("python")
	void pythonParses(Block block, @TempDir Path folder) throws Exception {
		Path file = Files.writeString(folder.resolve("block.py"), block.text());
		Commands.run(Program.pythonWith("ast"), "-m", "py_compile", file.toString());
	}

	@Test
	void prometheusTakesTheRules() {
		assertThat(Prometheus.promtool("check", "rules", "--lint-fatal", Monitoring.RULES.toString()))
			.contains(Monitoring.alerts().size() + " rules found");
	}

	@Test
	void eachAlertFiresAndIsResolvedInTheUnitTestsOfTheRules() throws Exception {
		assertThat(Files.readString(RULE_TESTS))
			.contains(Monitoring.alerts().stream().map("ALERTS{alertname=\"%s\""::formatted).toList());
		assertThat(Prometheus.promtool("test", "rules", RULE_TESTS.toString())).contains("SUCCESS");
	}

	@Test
	void theOperatorsManualHasASectionForEachAlert() {
		List<String> anchors = Monitoring.alerts().stream().map((name) -> name.toLowerCase(Locale.ROOT)).toList();
		assertThat(Document.of("docs/operations.md").anchors()).filteredOn((anchor) -> anchor.startsWith("ticktock"))
			.containsExactlyInAnyOrderElementsOf(anchors);
		assertThat(Monitoring.runbooks())
			.containsExactlyElementsOf(anchors.stream().map("docs/operations.md#"::concat).toList());
	}

}
