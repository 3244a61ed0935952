package dev.ticktock.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link InvalidYamlFailureAnalyzer}.
 */
class InvalidYamlFailureAnalyzerTests {

	@TempDir
	private Path folder = Path.of("");

	private FailureAnalysis analyze(String file, String line) throws IOException {
		Path path = this.folder.resolve(file);
		Files.createDirectories(Objects.requireNonNull(path.getParent()));
		Files.writeString(path, "ticktock:\n  scheduler:\n    cron:\n      " + line + "\n      b: \"@daily\"\n");
		MarkedYAMLException failure = catchThrowableOfType(MarkedYAMLException.class,
				() -> new YamlPropertySourceLoader().load("test", new FileSystemResource(path)));
		return Objects.requireNonNull(new InvalidYamlFailureAnalyzer(this.folder)
			.analyze(new IllegalStateException("outer", Objects.requireNonNull(failure))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.job: * * * * *", "a.job: */30 * * * * *", "a.job: @every 90s", "cron.hour.16: -" })
	void aScheduleWithoutQuotesIsShownWithFileAndLine(String line) throws IOException {
		FailureAnalysis analysis = analyze("application.yaml", line);
		assertThat(analysis.getDescription())
			.startsWith(this.folder.resolve("application.yaml") + ", line 4, is not valid YAML: ")
			.endsWith("    " + line);
		assertThat(analysis.getAction()).startsWith("Put the schedule in quotes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "config/application.yml", "config/node/application-prod.yaml" })
	void theFileIsFoundWhereBootLooks(String file) throws IOException {
		assertThat(analyze(file, "a.job: * * * * *").getDescription())
			.startsWith(this.folder.resolve(file) + ", line 4");
	}

	@Test
	void aFileElsewhereIsNotNamed() throws IOException {
		assertThat(analyze("other/application.yaml", "a.job: * * * * *").getDescription())
			.startsWith("A file of the configuration, line 4, is not valid YAML: unexpected character found.");
	}

	@Test
	void anotherMistakeGetsNoAdviceAboutQuotes() throws IOException {
		FailureAnalysis analysis = analyze("application.yaml", "b: \"@hourly\"");
		assertThat(analysis.getDescription()).contains("duplicate key b");
		assertThat(analysis.getAction()).isEqualTo("Correct that line.");
	}

}
