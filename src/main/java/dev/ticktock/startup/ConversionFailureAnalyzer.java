package dev.ticktock.startup;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.unit.DataSize;

/**
 * Reports a property of TickTock whose value cannot be converted as the other checks do:
 * with name, value and remedy. Leaves all other failures to Spring Boot.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class ConversionFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private static final Map<Class<?>, String> EXAMPLES = Map.of(Duration.class,
			"a duration with one unit, such as 90s, 30m or 12h", DataSize.class, "a size such as 64MB", int.class,
			"a whole number", Integer.class, "a whole number");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		ConfigurationProperty property = cause.getProperty();
		String example = EXAMPLES.get(cause.getTarget().getType().toClass());
		if (property == null || example == null || !property.getName().toString().startsWith("ticktock.")) {
			return null;
		}
		return new FailureAnalysis(
				"%s = \"%s\": it cannot be converted.".formatted(property.getName(), property.getValue()),
				"Use %s.".formatted(example), cause);
	}

}
