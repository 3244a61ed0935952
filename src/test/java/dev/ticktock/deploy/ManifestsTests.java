package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.ticktock.documents.Settings;
import dev.ticktock.schedule.ConfiguredSchedules;
import dev.ticktock.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests of the files in {@code docs/deploy}: that Kubernetes knows their fields, that the
 * settings exist, and that they agree with each other.
 */
class ManifestsTests {

	private static final List<String> NO_MANIFESTS = List.of("application.yaml", "kustomization.yaml");

	private static final Settings SETTINGS = ThrowingSupplier.of(Settings::load).get();

	static List<Path> manifests() throws IOException {
		try (Stream<Path> files = Files.list(DeployFiles.KUBERNETES)) {
			return files.filter((file) -> !NO_MANIFESTS.contains(file.getFileName().toString())).sorted().toList();
		}
	}

	/**
	 * The model of Kubernetes' client is generated from its specification. The service
	 * monitor belongs to the Prometheus operator.
	 */
	@ParameterizedTest
	@MethodSource("manifests")
	void kubernetesKnowsEveryField(Path file) throws Exception {
		for (JsonNode manifest : DeployFiles.yaml(file)) {
			String version = manifest.required("apiVersion").asString();
			if (!version.startsWith("monitoring.coreos.com/")) {
				String prefix = version.replaceFirst(".*/", "");
				Class
					.forName("io.kubernetes.client.openapi.models." + prefix.substring(0, 1).toUpperCase(Locale.ROOT)
							+ prefix.substring(1) + manifest.required("kind").asString())
					.getMethod("validateJsonElement", JsonElement.class)
					.invoke(null, JsonParser.parseString(manifest.toString()));
			}
		}
	}

	/** Returns a value of the only object of a file, which has to be there. */
	private static JsonNode at(String file, String pointer) {
		JsonNode value = DeployFiles.yaml(DeployFiles.KUBERNETES.resolve(file)).get(0).at(pointer);
		assertThat(value.isMissingNode()).as("%s lacks %s", file, pointer).isFalse();
		return value;
	}

	private static JsonNode pod(String pointer) {
		return at("deployment.yaml", "/spec/template/spec" + pointer);
	}

	@Test
	void theKustomizationHasAllFilesAndItsNamesAreTheManifests() throws IOException {
		String file = "kustomization.yaml";
		assertThat(at(file, "/resources").valueStream().map(JsonNode::asString))
			.containsExactlyInAnyOrderElementsOf(manifests().stream()
				.filter((manifest) -> !manifest.endsWith("service-monitor.yaml"))
				.map((manifest) -> manifest.getFileName().toString())
				.toList());
		assertThat(at(file, "/images/0/name")).isEqualTo(pod("/containers/0/image"));
		assertThat(at(file, "/configMapGenerator/0/name")).isEqualTo(pod("/volumes/1/configMap/name"));
		assertThat(DeployFiles.KUBERNETES.resolve(at(file, "/configMapGenerator/0/files/0").asString())).exists();
	}

	@Test
	void everySelectorSelectsTheReplicas() {
		assertThat(Stream.of(at("deployment.yaml", "/spec/selector/matchLabels"), at("service.yaml", "/spec/selector"),
				at("disruption-budget.yaml", "/spec/selector/matchLabels"),
				at("network-policy.yaml", "/spec/podSelector/matchLabels"),
				pod("/topologySpreadConstraints/0/labelSelector/matchLabels"),
				pod("/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0"
						+ "/podAffinityTerm/labelSelector/matchLabels")))
			.containsOnly(at("deployment.yaml", "/spec/template/metadata/labels"));
		assertThat(at("service-monitor.yaml", "/spec/selector/matchLabels"))
			.isEqualTo(at("service.yaml", "/metadata/labels"));
		assertThat(at("service-monitor.yaml", "/spec/endpoints/0/port"))
			.isEqualTo(at("service.yaml", "/spec/ports/0/name"));
	}

	@Test
	void everyVariableIsASettingAndNoneHasASecret() throws IOException {
		Properties systemd = PropertiesLoaderUtils
			.loadProperties(new FileSystemResource(DeployFiles.SYSTEMD.resolve("ticktock.env")));
		List<JsonNode> kubernetes = pod("/containers/0/env").valueStream().toList();
		assertThat(Stream.of(DeployFiles.environment().keySet().stream(), systemd.stringPropertyNames().stream(),
				kubernetes.stream().map((each) -> each.required("name").asString())))
			.flatMap(Stream::toList)
			.allMatch(SETTINGS::knowsVariable);
		assertThat(systemd).containsEntry("SPRING_RABBITMQ_PASSWORD", "");
		assertThat(DeployFiles.environment()).containsEntry("SPRING_RABBITMQ_PASSWORD", "${default_pass}");
		assertThat(kubernetes).filteredOn((each) -> each.required("name").asString().endsWith("PASSWORD"))
			.isNotEmpty()
			.noneMatch((each) -> each.has("value"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "compose", "kubernetes" })
	void everyScheduleIsValid(String folder) throws IOException {
		StandardEnvironment environment = new StandardEnvironment();
		new YamlPropertySourceLoader()
			.load(folder, new FileSystemResource("docs/deploy/%s/application.yaml".formatted(folder)))
			.forEach(environment.getPropertySources()::addFirst);
		Map<String, String> cron = Binder.get(environment)
			.bind(ConfiguredSchedules.PROPERTY, Bindable.mapOf(String.class, String.class))
			.get();
		Schedule.Defaults defaults = new Schedule.Defaults(ZoneOffset.UTC, Duration.ofHours(12));
		assertThatNoException().isThrownBy(new ConfiguredSchedules(cron, defaults)::registry);
	}

}
