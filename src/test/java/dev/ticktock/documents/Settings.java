package dev.ticktock.documents;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties that exist, from the metadata of TickTock and of Spring Boot.
 *
 * @param defaults by name, the default; empty if there is none
 */
public record Settings(Map<String, String> defaults) {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	/** Properties that hold any names below them. */
	private static final String MAPS = "(ticktock\\.scheduler\\.cron|logging\\.level)\\..+";

	/** Reads the metadata on the class path. */
	public static Settings load() {
		Map<String, String> defaults = new TreeMap<>();
		try {
			for (URL url : Collections.list(Settings.class.getClassLoader().getResources(METADATA))) {
				try (InputStream metadata = url.openStream()) {
					for (JsonNode property : JsonMapper.shared().readTree(metadata).required("properties")) {
						defaults.put(property.required("name").asString(), property.path("defaultValue").asString(""));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new Settings(defaults);
	}

	/** Returns those of TickTock. */
	Map<String, String> own() {
		return this.defaults.entrySet()
			.stream()
			.filter((each) -> each.getKey().startsWith("ticktock."))
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	/** Says whether a name is a property's, or the part before {@code .*} of several. */
	boolean knows(String name) {
		return this.defaults.containsKey(name) || name.matches(MAPS)
				|| this.defaults.keySet().stream().anyMatch((each) -> each.startsWith(name + "."));
	}

	/** Says whether an environment variable stands for a property. */
	public boolean knowsVariable(String variable) {
		return variable.startsWith("TICKTOCK_SCHEDULER_CRON_") || this.defaults.keySet()
			.stream()
			.map((name) -> name.toUpperCase(Locale.ROOT).replace("-", "").replace('.', '_'))
			.anyMatch(variable::equals);
	}

}
