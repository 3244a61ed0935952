package dev.ticktock.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import dev.ticktock.support.AlertRules;
import dev.ticktock.support.Prometheus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the alerts and the dashboard, as far as they need no Prometheus that runs.
 */
class MonitoringTests {

	private static final String TESTS = "docs/monitoring/ticktock.rules.test.yml";

	@Test
	void prometheusTakesTheRules() throws Exception {
		assertThat(Prometheus.promtool("check", "rules", "--lint-fatal", AlertRules.FILE.toString()))
			.contains(AlertRules.all().size() + " rules found");
	}

	@Test
	void eachAlertFiresAndIsResolvedInTheUnitTestsOfTheRules() throws Exception {
		String tests = Files.readString(Path.of(TESTS));
		assertThat(AlertRules.names()).hasSizeGreaterThan(15).allSatisfy((name) -> {
			String expression = "expr: 'ALERTS\\{alertname=\"%s\", alertstate=\"firing\"}'\\s+eval_time: \\w+\\s+exp_samples:"
				.formatted(name);
			assertThat(tests).containsPattern(expression + "\\s+- labels: 'ALERTS\\{alertname=\"" + name + "\"");
			assertThat(tests).containsPattern(expression + " \\[]");
		});
		assertThat(Prometheus.promtool("test", "rules", TESTS)).contains("SUCCESS");
	}

	@Test
	void eachAlertSaysWhatIsWrongAndWhereToReadOn() {
		Set<String> anchors = Document.of("docs/operations.md").anchors();
		assertThat(AlertRules.all()).allSatisfy((rule) -> {
			assertThat(rule.annotations()).containsOnlyKeys("summary", "description", "runbook_url");
			assertThat(rule.labels().get("severity")).isIn("critical", "warning");
			String[] runbook = rule.annotations().getOrDefault("runbook_url", "").split("#", -1);
			assertThat(runbook).hasSize(2);
			assertThat(Path.of(runbook[0])).isEqualTo(Path.of("docs/operations.md")).exists();
			assertThat(runbook[1]).isEqualTo(rule.alert().toLowerCase(Locale.ROOT)).isIn(anchors);
		});
	}

	@Test
	void thePathsOfTheRunbooksBecomeLinksAsDocumented(@TempDir Path folder) throws Exception {
		for (Path file : List.of(AlertRules.FILE, Path.of(TESTS))) {
			Files.copy(file, folder.resolve(file.getFileName()));
		}
		Process sed = new ProcessBuilder("sh", "-ec",
				Document.of("docs/monitoring/README.md").block("shell", "sed").text())
			.directory(folder.toFile())
			.inheritIO()
			.start();
		assertThat(sed.waitFor()).isZero();
		assertThat(Files.readAllLines(folder.resolve("ticktock.rules.yml")))
			.filteredOn((line) -> line.contains("runbook_url: "))
			.hasSameSizeAs(AlertRules.all())
			.allSatisfy((line) -> assertThat(line)
				.contains("runbook_url: https://git.example.com/ticktock/docs/operations.md#ticktock"));
	}

	@Test
	void theOperatorsManualHasNoAlertThatDoesNotExist() {
		assertThat(Document.of("docs/operations.md").anchors()).filteredOn((anchor) -> anchor.startsWith("ticktock"))
			.containsExactlyInAnyOrderElementsOf(
					AlertRules.names().stream().map((name) -> name.toLowerCase(Locale.ROOT)).toList());
	}

	@Test
	void theTestsOfTheRulesAreAboutMetersThatExist() throws Exception {
		Set<String> documented = documentedSeries();
		assertThat(documented).containsAll(Monitoring.series());
		assertThat(Files.readAllLines(Path.of(TESTS))).filteredOn((line) -> line.contains("- series: 'ticktock_"))
			.isNotEmpty()
			.allSatisfy((line) -> assertThat(documented).contains(line.replaceAll(".*'(\\w+)\\{.*", "$1")));
	}

	private static Set<String> documentedSeries() {
		Set<String> series = new TreeSet<>(Monitoring.WITHOUT_A_START);
		DocumentedMeters.all().forEach((row) -> series.addAll(row.series()));
		return series;
	}

	@Test
	void prometheusTakesEachQueryOfTheDashboard(@TempDir Path folder) throws Exception {
		List<String> rules = new ArrayList<>();
		for (String query : Monitoring.queries()) {
			rules.add("{\"record\": \"query:%d\", \"expr\": %s}".formatted(rules.size(),
					JsonMapper.shared().writeValueAsString(query)));
		}
		Path file = Files.writeString(folder.resolve("queries.yml"),
				"{\"groups\": [{\"name\": \"queries\", \"rules\": [" + String.join(",\n", rules) + "]}]}");
		assertThat(Prometheus.promtool("check", "rules", file.toString())).contains(rules.size() + " rules found");
	}

	@Test
	void grafanaTakesTheDashboardFromAFileAndLetsThePersonChooseTheSource() throws IOException {
		JsonNode dashboard = Monitoring.dashboard();
		assertThat(dashboard.required("uid").asString()).isEqualTo("ticktock");
		// The number in a database; a file that has one replaces whatever is there.
		assertThat(dashboard.has("id")).isFalse();
		assertThat(dashboard.required("templating").required("list").required(0).required("type").asString())
			.isEqualTo("datasource");
		assertThat(dashboard.findValues("datasource")).isNotEmpty()
			.allSatisfy((source) -> assertThat(source.required("uid").asString()).isEqualTo("${datasource}"));
	}

}
