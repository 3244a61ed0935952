package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.ticktock.documents.Document;
import dev.ticktock.documents.Settings;
import dev.ticktock.schedule.SchedulerProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the files in {@code docs/deploy}: that Kubernetes knows their fields, that the
 * settings exist, and that they agree with each other and with the documents.
 */
class ManifestsTests {

	private static final Path SYSTEMD = Path.of("docs/deploy/systemd");

	private static final Settings SETTINGS = Settings.load();

	private static final Pattern FLAGS = Pattern.compile("JAVA_TOOL_OPTIONS=\"([^\"]+)\"");

	private static final Pattern PROBE = Pattern.compile("/actuator/health\\S*?(?=`)");

	static List<Manifest> manifests() {
		return Manifest.all();
	}

	static List<Path> schedules() {
		return List.of(ComposeFile.FOLDER.resolve("application.yaml"), Manifest.FOLDER.resolve("application.yaml"));
	}

	@ParameterizedTest
	@MethodSource("manifests")
	void kubernetesKnowsEveryField(Manifest manifest) throws Exception {
		manifest.validate();
	}

	@Test
	void theKustomizationHasAllFilesAndItsNamesAreTheManifests() throws IOException {
		Yaml kustomization = Manifest.of("kustomization.yaml");
		List<String> resources = kustomization.at("resources").list().stream().map(Yaml::text).toList();
		assertThat(manifests()).extracting((manifest) -> manifest.file().getFileName().toString())
			.containsExactlyInAnyOrderElementsOf(resources);
		Yaml pod = pod();
		assertThat(kustomization.at("images", 0, "name")).isEqualTo(pod.at("containers", 0, "image"));
		assertThat(kustomization.at("configMapGenerator", 0, "name"))
			.isEqualTo(pod.at("volumes", 1, "configMap", "name"));
		assertThat(Manifest.FOLDER.resolve(kustomization.at("configMapGenerator", 0, "files", 0).text())).exists();
	}

	private static Yaml pod() {
		return Manifest.of("deployment.yaml").at("spec", "template", "spec");
	}

	@Test
	void everySelectorSelectsTheReplicas() {
		Object labels = Manifest.of("deployment.yaml").at("spec", "template", "metadata", "labels").value();
		assertThat(Stream.of(Manifest.of("deployment.yaml").at("spec", "selector", "matchLabels"),
				Manifest.of("service.yaml").at("spec", "selector"),
				Manifest.of("disruption-budget.yaml").at("spec", "selector", "matchLabels"),
				Manifest.of("network-policy.yaml").at("spec", "podSelector", "matchLabels"),
				pod().at("topologySpreadConstraints", 0, "labelSelector", "matchLabels"),
				pod().at("affinity", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution", 0,
						"podAffinityTerm", "labelSelector", "matchLabels")))
			.allSatisfy((selector) -> assertThat(selector.value()).isEqualTo(labels));
	}

	/** Its type belongs to the Prometheus operator. */
	@Test
	void theServiceMonitorFindsTheMeters() {
		Yaml monitor = Manifest.of("service-monitor.yaml");
		Yaml service = Manifest.of("service.yaml");
		assertThat(monitor.at("spec", "selector", "matchLabels")).isEqualTo(service.at("metadata", "labels"));
		assertThat(monitor.at("spec", "endpoints", 0, "port")).isEqualTo(service.at("spec", "ports", 0, "name"));
		assertThat(Document.of("docs/monitoring/README.md").text())
			.contains("metrics_path: " + monitor.at("spec", "endpoints", 0, "path").text() + "\n");
	}

	@Test
	void everyProbeIsADocumentedPath() {
		List<String> documented = PROBE.matcher(Document.of("docs/operations.md").text())
			.results()
			.map((path) -> path.group())
			.toList();
		Yaml container = pod().at("containers", 0);
		assertThat(Stream.of("startupProbe", "livenessProbe", "readinessProbe")
			.map((probe) -> container.at(probe, "httpGet", "path").text())).allMatch(documented::contains);
		assertThat(container.at("readinessProbe", "httpGet", "path").text()).endsWith("readiness");
		assertThat(container.at("livenessProbe", "httpGet", "path").text()).endsWith("liveness");
	}

	@Test
	void everyVariableIsASetting() throws IOException {
		Map<String, List<String>> variables = new LinkedHashMap<>();
		variables.put("Compose", List.copyOf(ComposeFile.environment().keySet()));
		variables.put("Kubernetes",
				pod().at("containers", 0, "env")
					.list()
					.stream()
					.map((variable) -> variable.at("name").text())
					.toList());
		variables.put("systemd", List.copyOf(environmentFile().stringPropertyNames()));
		assertThat(variables).allSatisfy((where, names) -> assertThat(names).as(where)
			.isNotEmpty()
			.allSatisfy((name) -> assertThat(SETTINGS.knowsVariable(name)).as(name).isTrue()));
	}

	private static Properties environmentFile() throws IOException {
		Properties variables = new Properties();
		try (var reader = Files.newBufferedReader(SYSTEMD.resolve("ticktock.env"))) {
			variables.load(reader);
		}
		return variables;
	}

	@ParameterizedTest
	@MethodSource("schedules")
	void everyScheduleIsValid(Path file) throws IOException {
		StandardEnvironment environment = new StandardEnvironment();
		new YamlPropertySourceLoader().load(file.toString(), new FileSystemResource(file))
			.forEach(environment.getPropertySources()::addFirst);
		assertThat(Binder.get(environment).bind("ticktock.scheduler", SchedulerProperties.class).get().cron())
			.isNotEmpty();
	}

	@Test
	void noFileHasASecret() throws IOException {
		assertThat(environmentFile()).containsEntry("SPRING_RABBITMQ_PASSWORD", "");
		assertThat(ComposeFile.environment()).containsEntry("SPRING_RABBITMQ_PASSWORD", "${default_pass}");
		assertThat(ComposeFile.FOLDER.resolve(".gitignore")).content().contains("\naccount.conf\n");
		assertThat(pod().at("containers", 0, "env").list())
			.filteredOn((variable) -> variable.at("name").text().endsWith("PASSWORD"))
			.isNotEmpty()
			.allSatisfy((variable) -> assertThat(variable.at("valueFrom", "secretKeyRef", "key").text()).isNotEmpty());
	}

	/** The image has them, so that the other files need not; the unit has no image. */
	@Test
	void theUnitHasTheFlagsAndTheMemoryOfTheImage() throws IOException {
		var flags = FLAGS.matcher(Files.readString(Path.of("Dockerfile")));
		assertThat(flags.find()).isTrue();
		String unit = Files.readString(SYSTEMD.resolve("ticktock.service"));
		assertThat(unit).contains("ExecStart=/usr/bin/java " + flags.group(1) + " -jar ")
			.contains("\nMemoryMax=384M\n");
		assertThat(pod().at("containers", 0, "resources", "limits", "memory").text()).isEqualTo("384Mi");
		assertThat(ComposeFile.read().at("services", "ticktock", "deploy", "resources", "limits", "memory").text())
			.isEqualTo("384M");
	}

	@Test
	void everyFileIsInTheReadme() throws IOException {
		String readme = Document.of("docs/deploy/README.md").text();
		List<String> files = new ArrayList<>();
		try (Stream<Path> paths = Files.walk(Path.of("docs/deploy"))) {
			paths.filter(Files::isRegularFile)
				.map((path) -> path.getFileName().toString())
				.filter((name) -> !name.equals("README.md") && !name.startsWith("."))
				.forEach(files::add);
		}
		assertThat(files).isNotEmpty().allSatisfy((name) -> assertThat(readme).contains(name));
	}

}
