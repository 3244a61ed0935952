package dev.ticktock.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.json.JsonParserFactory;

/**
 * The properties of TickTock that exist, from the metadata that editors complete them by.
 */
final class KnownSettings {

	/** What every property begins with. */
	static final String PREFIX = "ticktock.";

	/** The second has what no class declares; an editor may not have merged them. */
	private static final List<String> METADATA = List.of("/META-INF/spring-configuration-metadata.json",
			"/META-INF/additional-spring-configuration-metadata.json");

	private static final Pattern INDEX = Pattern.compile("_\\d+_?$");

	/** The type of each property. */
	private final Map<ConfigurationPropertyName, String> types = new HashMap<>();

	private KnownSettings() {
	}

	/**
	 * Reads the metadata.
	 */
	static KnownSettings load() {
		KnownSettings known = new KnownSettings();
		METADATA.forEach(known::add);
		return known;
	}

	private void add(String metadata) {
		try (InputStream stream = KnownSettings.class.getResourceAsStream(metadata)) {
			if (stream != null) {
				Map<String, Object> content = JsonParserFactory.getJsonParser()
					.parseMap(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
				if (content.get("properties") instanceof List<?> properties) {
					properties.forEach(this::add);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void add(Object property) {
		if (property instanceof Map<?, ?> map && map.get("name") instanceof String name && name.startsWith(PREFIX)) {
			this.types.put(ConfigurationPropertyName.of(name), String.valueOf(map.get("type")));
		}
	}

	/**
	 * Says whether a property exists, as Spring Boot compares names: regardless of case
	 * and hyphens. A section without content counts.
	 */
	boolean know(ConfigurationPropertyName name) {
		ConfigurationPropertyName whole = name.isLastElementIndexed() ? name.getParent() : name;
		return this.types.containsKey(whole) || this.types.entrySet()
			.stream()
			.anyMatch((each) -> name.isAncestorOf(each.getKey())
					|| (isMap(each.getValue()) && each.getKey().isAncestorOf(name)));
	}

	/**
	 * Says whether an environment variable stands for a property.
	 */
	boolean knowVariable(String variable) {
		String whole = INDEX.matcher(variable).replaceFirst("");
		return this.types.entrySet()
			.stream()
			.anyMatch((each) -> whole.equals(variable(each.getKey(), "")) || whole.equals(variable(each.getKey(), "_"))
					|| (isMap(each.getValue()) && variable.startsWith(variable(each.getKey(), "") + "_")));
	}

	private static String variable(ConfigurationPropertyName name, String hyphen) {
		return name.toString().replace("-", hyphen).replace('.', '_').toUpperCase(Locale.ROOT);
	}

	private static boolean isMap(String type) {
		return type.startsWith(Map.class.getName());
	}

	/** Says whether properties exist that share the first two words with a name. */
	boolean knowSection(ConfigurationPropertyName name) {
		return name.getNumberOfElements() > 2 && this.types.keySet()
			.stream()
			.anyMatch((each) -> each.getNumberOfElements() > 2 && name.chop(2).equals(each.chop(2)));
	}

	/**
	 * Returns the property that was probably meant; {@code null} if none is close.
	 */
	@Nullable String nearest(String name) {
		return new Spelling(this.types.keySet().stream().map(ConfigurationPropertyName::toString).toList())
			.nearest(name);
	}

	/**
	 * Returns the environment variable that was probably meant; {@code null} if none is
	 * close.
	 */
	@Nullable String nearestVariable(String variable) {
		return new Spelling(this.types.keySet().stream().map((each) -> variable(each, "")).toList()).nearest(variable);
	}

	/** Says whether there is no metadata, as after a build without it. */
	boolean isEmpty() {
		return this.types.isEmpty();
	}

}
