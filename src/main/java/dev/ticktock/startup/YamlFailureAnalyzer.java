package dev.ticktock.startup;

import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the line of a configuration that is not YAML. Most often it is that of a schedule
 * without quotes.
 */
class YamlFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MarkedYAMLException cause) {
		return new FailureAnalysis("The configuration is not valid YAML: %s".formatted(cause.getMessage()),
				"Write the line of a schedule in quotes, such as \"*/5 * * * *\", \"@daily\" or \"-\".", cause);
	}

}
