package dev.ticktock.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses a property of TickTock that does not exist in the metadata that editors
 * complete properties by, because it would be ignored, and a switch that is neither on
 * nor off, because a condition would take it for off. Environment variables and system
 * properties may belong to others, so there only names in a section that exists are
 * checked.
 */
class SettingsCheck implements EnvironmentPostProcessor {

	private static final String PREFIX = "ticktock.";

	private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

	/** Kubernetes sets these for a service; its name may be like that of a section. */
	private static final Pattern SERVICE = Pattern
		.compile(".*\\.(service\\.host|service\\.port(\\..+)?|port(\\.\\d+\\.[a-z]+(\\.(proto|port|addr))?)?)");

	private static final Pattern INDEX = Pattern.compile("(\\[\\d+]|\\.\\d+\\.?)$");

	private static final Pattern SWITCH = Pattern.compile("(?i)true|false");

	private final Map<String, String> types = new HashMap<>();

	/** The same by the names without what Spring Boot does not compare. */
	private final Map<String, String> names = new HashMap<>();

	SettingsCheck() {
		try (InputStream stream = SettingsCheck.class.getResourceAsStream(METADATA)) {
			if (stream != null) {
				JsonMapper.shared()
					.readTree(stream)
					.path("properties")
					.forEach((each) -> this.types.put(each.path("name").asString(), each.path("type").asString()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.types.forEach((name, type) -> this.names.put(comparable(name, false), type));
	}

	private static String comparable(String name, boolean isVariable) {
		String words = name.replace("-", "").replace("_", "");
		return isVariable ? words.replace(".", "") : words;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (!this.types.isEmpty() && source instanceof EnumerablePropertySource<?> enumerable
					&& !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
				for (String name : enumerable.getPropertyNames()) {
					check(enumerable, name);
				}
			}
		}
		this.types.forEach((name, type) -> {
			String value = type.equals(Boolean.class.getName()) ? environment.getProperty(name) : null;
			InvalidSettingException.unless(value == null || SWITCH.matcher(value).matches(), name,
					String.valueOf(value), "it is neither true nor false", "Set it to true or to false.");
		});
	}

	private void check(EnumerablePropertySource<?> source, String name) {
		boolean isOfSystem = source instanceof SystemEnvironmentPropertySource
				|| StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(source.getName());
		boolean isVariable = source instanceof SystemEnvironmentPropertySource && !name.contains(".");
		String lower = name.toLowerCase(Locale.ROOT);
		String dotted = isVariable ? lower.replace('_', '.') : lower;
		if (!dotted.startsWith(PREFIX) || (isVariable && SERVICE.matcher(dotted).matches())
				|| (isOfSystem && !isInSection(dotted))) {
			return;
		}
		if (!isKnown(dotted, isVariable) && !isKnown(INDEX.matcher(dotted).replaceFirst(""), isVariable)) {
			throw refused(source, name, dotted, isVariable);
		}
	}

	/** A section is what two properties share, such as {@code ticktock.leader}. */
	private boolean isInSection(String name) {
		return this.types.keySet()
			.stream()
			.map((each) -> each.substring(0, each.lastIndexOf('.') + 1))
			.anyMatch((section) -> !section.equals(PREFIX) && name.startsWith(section));
	}

	private boolean isKnown(String dotted, boolean isVariable) {
		String name = comparable(dotted, isVariable);
		return this.names.entrySet().stream().anyMatch((each) -> isKnownBy(each, name, isVariable));
	}

	/** Compares as Spring Boot does: regardless of case and hyphens. */
	private static boolean isKnownBy(Map.Entry<String, String> property, String name, boolean isVariable) {
		String known = isVariable ? property.getKey().replace(".", "") : property.getKey();
		if (name.startsWith(known)) {
			boolean isMap = property.getValue().startsWith(Map.class.getName());
			return name.equals(known) || (isMap && (isVariable || ".[".indexOf(name.charAt(known.length())) >= 0));
		}
		return known.startsWith(name) && known.charAt(name.length()) == '.';
	}

	private InvalidSettingException refused(EnumerablePropertySource<?> source, String name, String dotted,
			boolean isVariable) {
		String nearest = Spelling.nearest(dotted, this.types.keySet());
		String meant = (nearest == null) ? "Remove it. " : "Did you mean %s? "
			.formatted(isVariable ? nearest.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT) : nearest);
		// It may be a password, which no log should show.
		boolean secret = (name + nearest).toLowerCase(Locale.ROOT).contains("pass");
		return new InvalidSettingException(name, secret ? "***" : String.valueOf(source.getProperty(name)),
				"there is no such property", meant + "docs/configuration.md lists all properties.", null);
	}

}
