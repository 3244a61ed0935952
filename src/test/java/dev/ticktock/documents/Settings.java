package dev.ticktock.documents;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The properties that exist, from the metadata of TickTock and of Spring Boot.
 *
 * @param defaults by name, the default; empty if there is none
 */
public record Settings(Map<String, String> defaults) {

	private static final String METADATA = "classpath*:META-INF/spring-configuration-metadata.json";

	/** Properties that hold any names below them. */
	private static final String MAPS = "(ticktock\\.scheduler\\.cron|logging\\.level)\\..+";

	public static Settings load() throws IOException {
		Map<String, String> defaults = new TreeMap<>();
		for (Resource metadata : new PathMatchingResourcePatternResolver().getResources(METADATA)) {
			JsonNode file = JsonMapper.shared().readTree(metadata.getContentAsByteArray());
			for (JsonNode property : file.required("properties")) {
				defaults.put(property.required("name").asString(), property.path("defaultValue").asString(""));
			}
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
