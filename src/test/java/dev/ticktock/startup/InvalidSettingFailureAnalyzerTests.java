package dev.ticktock.startup;

import java.util.Objects;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InvalidSettingFailureAnalyzer}.
 */
class InvalidSettingFailureAnalyzerTests {

	private final InvalidSettingFailureAnalyzer analyzer = new InvalidSettingFailureAnalyzer();

	private final InvalidSettingException setting = new InvalidSettingException("ticktock.scheduler.zone",
			"Europe/Olso", "there is no such time zone", "Use the name of a region such as Europe/Oslo.",
			new IllegalArgumentException("cause"));

	@Test
	void describesPropertyValueAndProblemAndAdvisesTheRemedy() {
		FailureAnalysis analysis = Objects.requireNonNull(this.analyzer.analyze(this.setting));
		assertThat(analysis.getDescription())
			.isEqualTo("ticktock.scheduler.zone = \"Europe/Olso\": there is no such time zone.");
		assertThat(analysis.getAction()).isEqualTo("Use the name of a region such as Europe/Oslo.");
		assertThat(analysis.getCause()).isSameAs(this.setting);
	}

	@Test
	void findsTheExceptionInsideOthers() {
		FailureAnalysis analysis = Objects.requireNonNull(this.analyzer
			.analyze(new BeanCreationException("outer", new IllegalStateException("inner", this.setting))));
		assertThat(analysis.getCause()).isSameAs(this.setting);
	}

	@Test
	void leavesOtherFailuresToOthers() {
		assertThat(this.analyzer.analyze(new IllegalStateException("other"))).isNull();
	}

	@Test
	void theMessageHoldsDescriptionAndRemedy() {
		assertThat(this.setting).hasMessage(
				"ticktock.scheduler.zone = \"Europe/Olso\": there is no such time zone. Use the name of a region such as Europe/Oslo.")
			.hasRootCauseMessage("cause");
	}

}
