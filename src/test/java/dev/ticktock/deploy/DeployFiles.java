package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.contentOf;

/**
 * The files in {@code docs/deploy}.
 */
final class DeployFiles {

	static final Path COMPOSE = Path.of("docs/deploy/compose");

	static final Path KUBERNETES = Path.of("docs/deploy/kubernetes");

	static final Path SYSTEMD = Path.of("docs/deploy/systemd");

	private DeployFiles() {
	}

	/** Reads the documents of a file in YAML; a key that comes twice is an error. */
	static List<JsonNode> yaml(Path file) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		Iterable<Object> documents = new Yaml(options).loadAll(contentOf(file.toFile()));
		return StreamSupport.stream(documents.spliterator(), false)
			.map((document) -> JsonMapper.shared().<JsonNode>valueToTree(document))
			.toList();
	}

	/** Returns the environment of the replicas of the Compose file, as they have it. */
	static Map<String, String> environment() {
		Map<String, String> environment = new TreeMap<>();
		yaml(COMPOSE.resolve("compose.yaml")).get(0)
			.at("/services/ticktock/environment")
			.properties()
			.forEach((each) -> environment.put(each.getKey(), each.getValue().asString().replace("$$", "$")));
		return environment;
	}

	/** Returns this environment as arguments, with a secret of the test's. */
	static List<String> arguments(String password) throws IOException {
		Path secret = Files.createTempFile("account", ".conf");
		secret.toFile().deleteOnExit();
		Files.writeString(secret, "default_pass = " + password + "\n");
		return environment().entrySet()
			.stream()
			.map((variable) -> "--%s=%s".formatted(variable.getKey().toLowerCase(Locale.ROOT).replace('_', '.'),
					variable.getValue().replace("/run/secrets/account", secret.toString())))
			.toList();
	}

}
