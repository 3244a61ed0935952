package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.ticktock.support.RabbitMqNode;

/**
 * The Compose file, and what its services are configured with.
 */
final class ComposeFile {

	static final Path FOLDER = Path.of("docs/deploy/compose");

	private ComposeFile() {
	}

	/** Returns the whole file. */
	static Yaml read() {
		return Yaml.read(FOLDER.resolve("compose.yaml")).get(0);
	}

	/** Returns the environment of the replicas, as they have it. */
	static Map<String, String> environment() {
		return read().at("services", "ticktock", "environment").texts("$$", "$");
	}

	/** Returns a broker with the configuration of the file and a password. */
	static RabbitMqNode broker(String password) throws IOException {
		return new RabbitMqNode(
				(Files.readString(FOLDER.resolve("rabbitmq.conf")) + "default_pass = " + password).lines()
					.toArray(String[]::new));
	}

	/**
	 * Returns the environment of the replicas as arguments, with a secret of the test's.
	 */
	static List<String> arguments(String password) throws IOException {
		Path secret = Files.createTempFile("account", ".conf");
		secret.toFile().deleteOnExit();
		Files.writeString(secret, "default_pass = " + password + "\n");
		return environment().entrySet()
			.stream()
			.map((variable) -> "--%s=%s".formatted(property(variable.getKey()),
					variable.getValue().replace("/run/secrets/account", secret.toString())))
			.toList();
	}

	private static String property(String variable) {
		return variable.toLowerCase(Locale.ROOT).replace('_', '.');
	}

}
