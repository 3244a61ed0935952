package dev.ticktock.startup;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Thrown where a setting cannot be used; carries what a person needs to mend it. At
 * start-up it ends the application without a stack trace.
 */
public final class InvalidSettingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String description;

	private final String remedy;

	/**
	 * Creates the exception.
	 * @param property the property as the user writes it, such as
	 * {@code ticktock.scheduler.zone}
	 * @param value the value found
	 * @param problem the rule that the value breaks
	 * @param remedy what to do about it, as a sentence
	 * @param cause where the problem was noticed, or {@code null}
	 */
	public InvalidSettingException(String property, Object value, String problem, String remedy,
			@Nullable Throwable cause) {
		super("%s = \"%s\": %s. %s".formatted(property, value, problem, remedy), cause);
		this.description = "%s = \"%s\": %s.".formatted(property, value, problem);
		this.remedy = remedy;
	}

	/** Throws an exception unless the value keeps to the rule. */
	public static void unless(boolean kept, String property, Object value, String problem, String remedy) {
		if (!kept) {
			throw new InvalidSettingException(property, value, problem, remedy, null);
		}
	}

	/**
	 * Prints the exception instead of its stack trace. First in order, because Boot's
	 * analyzers know the exceptions that it is wrapped in.
	 */
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static class Analyzer extends AbstractFailureAnalyzer<InvalidSettingException> {

		@Override
		protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingException cause) {
			return new FailureAnalysis(cause.description, cause.remedy, cause);
		}

	}

}
