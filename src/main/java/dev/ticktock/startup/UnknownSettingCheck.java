package dev.ticktock.startup;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses a property of TickTock that does not exist: it would be ignored, and somebody
 * relies on it. Environment variables and system properties may belong to others, so
 * there only names in a section that exists are checked.
 */
class UnknownSettingCheck implements EnvironmentPostProcessor {

	private static final String VARIABLE_PREFIX = "TICKTOCK_";

	/** Kubernetes sets these for a service; its name may be like that of a section. */
	private static final Pattern SERVICE = Pattern
		.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_[A-Z]+(_(PROTO|PORT|ADDR))?)?)");

	private final KnownSettings known = KnownSettings.load();

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (this.known.isEmpty()) {
			return;
		}
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (source instanceof EnumerablePropertySource<?> enumerable
					&& !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
				for (String name : enumerable.getPropertyNames()) {
					check(enumerable, name);
				}
			}
		}
	}

	private void check(EnumerablePropertySource<?> source, String name) {
		if (name.toLowerCase(Locale.ROOT).startsWith(KnownSettings.PREFIX)) {
			ConfigurationPropertyName adapted = ConfigurationPropertyName.adapt(name, '.');
			if (!this.known.know(adapted) && (!isOfTheProcess(source) || this.known.knowSection(adapted))) {
				throw refused(source, name, this.known.nearest(adapted.toString()));
			}
		}
		else if (source instanceof SystemEnvironmentPropertySource) {
			checkVariable(source, name, name.toUpperCase(Locale.ROOT));
		}
	}

	private void checkVariable(EnumerablePropertySource<?> source, String name, String variable) {
		if (variable.startsWith(VARIABLE_PREFIX) && !SERVICE.matcher(variable).matches()
				&& this.known.knowSection(ConfigurationPropertyName.adapt(variable, '_'))
				&& !this.known.knowVariable(variable)) {
			throw refused(source, name, this.known.nearestVariable(variable));
		}
	}

	private static boolean isOfTheProcess(PropertySource<?> source) {
		return source instanceof SystemEnvironmentPropertySource
				|| StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(source.getName());
	}

	private static InvalidSettingException refused(EnumerablePropertySource<?> source, String name,
			@Nullable String nearest) {
		// It may be a password, which no log should show.
		boolean secret = (name + nearest).toLowerCase(Locale.ROOT).contains("pass");
		return new InvalidSettingException(name, secret ? "***" : String.valueOf(source.getProperty(name)),
				"there is no such property",
				((nearest != null) ? "Did you mean %s? ".formatted(nearest) : "Remove it. ")
						+ "docs/configuration.md lists all properties.",
				null);
	}

}
