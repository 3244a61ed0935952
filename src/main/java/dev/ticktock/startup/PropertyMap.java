package dev.ticktock.startup;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads a property that is a map of texts, as Spring Boot's binder does, which takes six
 * times as long: the configuration may have 100,000 schedules.
 */
public final class PropertyMap {

	private PropertyMap() {
	}

	/**
	 * Returns the values below a property by the rest of their names.
	 * @throws InvalidSettingException if the property itself has a value
	 */
	public static Map<String, String> of(ConfigurableEnvironment environment, String property) {
		String alone = environment.getProperty(property, "");
		InvalidSettingException.unless(alone.isBlank(), property, alone, "the name in the map is missing",
				"Write %s.<name>.".formatted(property));
		ConfigurationPropertyName root = ConfigurationPropertyName.of(property);
		// Names that differ in case and hyphens are equal, and have the value of the
		// first.
		Map<ConfigurationPropertyName, String> values = new HashMap<>();
		Map<String, String> map = new HashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream().filter(root::isAncestorOf).forEach((name) -> {
					ConfigurationProperty found = Objects.requireNonNull(source.getConfigurationProperty(name));
					String value = values.computeIfAbsent(name,
							(each) -> environment.resolvePlaceholders(String.valueOf(found.getValue())));
					map.putIfAbsent(key(name, root.getNumberOfElements()), value);
				});
			}
		}
		return map;
	}

	private static String key(ConfigurationPropertyName name, int start) {
		StringJoiner key = new StringJoiner(".");
		for (int element = start; element < name.getNumberOfElements(); element++) {
			key.add(name.getElement(element, Form.ORIGINAL));
		}
		return key.toString();
	}

}
