package dev.ticktock.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import com.google.gson.Gson;
import com.google.gson.JsonElement;

/**
 * An object of Kubernetes, from a file in YAML.
 *
 * @param file where it is
 * @param yaml what it says
 */
record Manifest(Path file, Yaml yaml) {

	static final Path FOLDER = Path.of("docs/deploy/kubernetes");

	/** Returns the objects that Kubernetes itself knows. */
	static List<Manifest> all() {
		try (Stream<Path> files = Files.list(FOLDER)) {
			return files.filter((file) -> !file.endsWith("kustomization.yaml") && !file.endsWith("application.yaml"))
				.sorted()
				.flatMap((file) -> Yaml.read(file).stream().map((yaml) -> new Manifest(file, yaml)))
				.filter((manifest) -> !manifest.yaml().at("apiVersion").text().startsWith("monitoring.coreos.com/"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the only object of a file. */
	static Yaml of(String file) {
		return Yaml.read(FOLDER.resolve(file)).get(0);
	}

	/**
	 * Compares it with Kubernetes' own specification, from which the model of its client
	 * is generated.
	 * @throws IllegalArgumentException if it has a field that does not exist, lacks one
	 * that is required or has a value of another type
	 */
	void validate() throws ReflectiveOperationException {
		JsonElement json = new Gson().toJsonTree(this.yaml.value());
		try {
			Class.forName("io.kubernetes.client.openapi.models." + model())
				.getMethod("validateJsonElement", JsonElement.class)
				.invoke(null, json);
		}
		catch (InvocationTargetException ex) {
			throw new IllegalArgumentException("%s: %s".formatted(this.file, ex.getCause()), ex);
		}
	}

	/** Returns the name of the type, such as V1Deployment for apps/v1. */
	private String model() {
		String version = this.yaml.at("apiVersion").text().replaceFirst(".*/", "");
		return version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1) + this.yaml.at("kind").text();
	}

	@Override
	public String toString() {
		return this.file.getFileName() + " " + this.yaml.at("kind").text();
	}

}
