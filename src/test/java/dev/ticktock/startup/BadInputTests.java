package dev.ticktock.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.ticktock.TickTockApplication;
import dev.ticktock.support.FreePort;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Wrong values end the start with words that name them. Others are in the tests of the
 * classes that check them.
 */
@ExtendWith(OutputCaptureExtension.class)
class BadInputTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			ticktock.scheduler.cron.a.job  | nonsense
			ticktock.discovery.management-url | localhost:15672
			ticktock.leader.limit          | PT0S
			ticktock.journal.max-age       | PT1M
			ticktock.discovery.management-url | ftp://localhost
			ticktock.discovery.interval    | PT0S
			ticktock.discovery.max-schedules | -1
			ticktock.discovery.max-schedules-per-queue | 0
			ticktock.discovery.max-bindings | 0
			ticktock.discovery.max-listing-size | 1024B
			ticktock.leader.clock-tolerance | PT1S
			ticktock.observe.events        | -1
			ticktock.observe.max-event-tags | -1
			ticktock.journal.max-size      | 33554432B
			ticktock.scheduler.max-validity | 12x
			ticktock.journal.max-age       | 7days
			ticktock.discovery.interval    | fast
			ticktock.discovery.max-listing-size | 5 elephants
			ticktock.discovery.max-bindings | many
			ticktock.discovery.enabled     | yes
			ticktock.journal.enabled       | maybe
			ticktock.page.enabled          | ``
			spring.rabbitmq.port           | abc
			ticktock.scheduler.timezone    | Europe/Oslo
			""")
	void aWrongValueEndsTheStartAndIsNamed(String property, String value, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("--" + property + "=" + value));
		assertThat(output.toString().lines())
			.anyMatch((line) -> line.startsWith("%s = \"%s\": ".formatted(property, value)))
			.contains("Action:")
			.noneMatch((line) -> line.contains("Exception encountered"))
			.noneMatch((line) -> line.startsWith("\tat ") || line.contains("Exception in thread"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/5 * * * *", "@daily", "-" })
	void aLineWithoutQuotesEndsTheStartAndIsShown(String line, @TempDir Path folder, CapturedOutput output)
			throws IOException {
		Path file = Files.writeString(folder.resolve("a.yaml"), "ticktock.scheduler.cron:\n  a.job: " + line + "\n");
		assertThatException().isThrownBy(() -> start("--spring.config.additional-location=file:" + file));
		assertThat(output.toString()).contains("line 2, column 10", "a.job: " + line, "in quotes")
			.doesNotContain("\tat ");
	}

	private static void start(String argument) {
		try (ConfigurableApplicationContext started = new SpringApplicationBuilder(TickTockApplication.class)
			.registerShutdownHook(false)
			.properties("server.port=0", "spring.rabbitmq.port=" + FreePort.find())
			.run(argument)) {
			assertThat(started.isRunning()).as("started with " + argument).isFalse();
		}
	}

}
