package dev.ticktock.startup;

import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Reports configuration that is not valid YAML. The usual reason is a schedule's line
 * without quotes.
 */
class YamlFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MarkedYAMLException cause) {
		return new FailureAnalysis("The configuration is not valid YAML: %s".formatted(cause.getMessage()),
				"Correct the YAML at that line. If it is the line of a schedule, write it in quotes, such as \"*/5 * * * *\", \"@daily\" or \"-\".",
				cause);
	}

}
