package dev.ticktock.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses a property of TickTock that does not exist in the metadata that editors
 * complete properties by, because it would be ignored. Environment variables and system
 * properties are not checked: they may belong to others.
 */
class UnknownSettingCheck implements EnvironmentPostProcessor {

	private static final ConfigurationPropertyName TICKTOCK = ConfigurationPropertyName.of("ticktock");

	private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

	private final Set<ConfigurationPropertyName> known = new HashSet<>();

	/** Those that are maps or lists. */
	private final Set<ConfigurationPropertyName> several = new HashSet<>();

	UnknownSettingCheck() {
		try (InputStream stream = UnknownSettingCheck.class.getResourceAsStream(METADATA)) {
			if (stream != null) {
				for (JsonNode each : JsonMapper.shared().readTree(stream).path("properties")) {
					ConfigurationPropertyName name = ConfigurationPropertyName.of(each.path("name").asString());
					this.known.add(name);
					if (each.path("type").asString().startsWith("java.util.")) {
						this.several.add(name);
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (!this.known.isEmpty() && source instanceof IterableConfigurationPropertySource names
					&& !isOfSystem(source)) {
				names.stream().filter(TICKTOCK::isAncestorOf).forEach((name) -> check(source, name));
			}
		}
	}

	private static boolean isOfSystem(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof PropertySource<?> origin
				&& (origin instanceof SystemEnvironmentPropertySource
						|| StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(origin.getName()));
	}

	private void check(ConfigurationPropertySource source, ConfigurationPropertyName name) {
		boolean isKnown = this.known.contains(name) || this.several.stream().anyMatch((each) -> each.isAncestorOf(name))
				|| this.known.stream().anyMatch(name::isAncestorOf);
		if (isKnown) {
			return;
		}
		String nearest = Spelling.nearest(name.toString(),
				this.known.stream().map(ConfigurationPropertyName::toString).toList());
		// It may be a password, which no log should show.
		boolean secret = (name + String.valueOf(nearest)).toLowerCase(Locale.ROOT).contains("pass");
		ConfigurationProperty found = source.getConfigurationProperty(name);
		throw new InvalidSettingException(name.toString(),
				secret ? "***" : String.valueOf((found != null) ? found.getValue() : null), "there is no such property",
				((nearest != null) ? "Did you mean %s? ".formatted(nearest) : "Remove it. ")
						+ "docs/configuration.md lists all properties.",
				null);
	}

}
