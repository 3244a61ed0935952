package dev.ticktock.documents;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.ToolProvider;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Patience;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the workers of the documents as they stand there, against a TickTock with the
 * embedded broker. Only the port and the time to wait are the test's.
 */
@ExtendWith(OutputCaptureExtension.class)
class DocumentedWorkersIntegrationTests {

	/** What an editor adds to a class of the documents. */
	private static final String IMPORTS = """
			import java.util.*;
			import org.springframework.amqp.rabbit.annotation.*;
			import org.springframework.amqp.rabbit.annotation.Queue;
			import org.springframework.amqp.support.AmqpHeaders;
			import org.springframework.messaging.handler.annotation.Header;
			import org.springframework.stereotype.Component;
			""";

	private static final Document README = Document.of("README.md");

	private static final int PORT = FreePort.find();

	private static ConfigurableApplicationContext tickTock;

	@BeforeAll
	static void start() {
		tickTock = TickTockApp.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + PORT,
				"--ticktock.discovery.interval=200ms", "--ticktock.scheduler.cron.cron.second.30=*/2 * * * * *",
				"--ticktock.scheduler.cron.cron.minute.1=* * * * * *"));
	}

	@AfterAll
	static void stop() {
		tickTock.close();
	}

	@Test
	void theFirstWorkerPrintsWhatTheReadmeShows(@TempDir Path folder) throws Exception {
		List<String> printed = README.block("log", "waiting").text().lines().toList();
		try (Program worker = Program.python(folder, PORT, firstWorker())) {
			worker.await(Pattern.quote(printed.get(0)));
			worker.await(printed.get(1).replaceAll("[{}.+]", "\\\\$0").replaceAll("\\d", "\\\\d"));
			assertThat(worker.interrupt()).isZero();
			assertThat(worker.lines()).endsWith("ended").noneMatch((line) -> line.contains("Traceback"));
		}
	}

	@Test
	void theFirstWorkerRegistersItsScheduleWithTheLinesOfTheReadme(@TempDir Path folder) throws Exception {
		String lines = README.block("python", "invoices").text().indent(4).replace("30 2 * * *", "@every 1s");
		String program = firstWorker().replaceFirst("(?m)^ +channel\\.queue_declare.*\n", lines)
			.replaceFirst("(?m)^ +channel\\.queue_bind\\(\"first-worker.*\n", "")
			.replace("first-worker", "invoices");
		try (Program worker = Program.python(folder, PORT, program)) {
			worker.await("invoice\\.nightly of .*");
		}
	}

	/** A second that the binding registers comes soon enough. */
	@ParameterizedTest
	@CsvSource({ "README.md, ReportWorker, running the report of 20",
			"docs/registration.md, InvoiceWorker, writing the invoices of 20" })
	void theSpringWorkerRuns(String document, String type, String expected, CapturedOutput output, @TempDir Path folder)
			throws Exception {
		String text = Document.of(document).block("java", type).text().replace("30 2 * * *", "* * * * * *");
		Path source = Files.writeString(folder.resolve(type + ".java"), IMPORTS + text);
		String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-proc:none", "-parameters", "-classpath", path, source.toString())).isZero();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { folder.toUri().toURL() },
				DocumentedWorkersIntegrationTests.class.getClassLoader());
				ConfigurableApplicationContext worker = new SpringApplicationBuilder(Listening.class,
						loader.loadClass(type))
					.resourceLoader(new DefaultResourceLoader(loader))
					.web(WebApplicationType.NONE)
					.registerShutdownHook(false)
					.run("--spring.config.location=optional:classpath:/none/", "--spring.rabbitmq.port=" + PORT)) {
			assertThat(worker.isRunning()).isTrue();
			Patience.await(expected).until(() -> output.getOut().contains(expected));
		}
	}

	@Test
	void theMetersAreThoseOfTheOperatorsManual() throws Exception {
		answer();
		assertThat(tickTock.getBean(MeterRegistry.class).getMeters()).map(Meter::getId)
			.filteredOn((id) -> id.getName().startsWith("ticktock."))
			.map((id) -> List.of(id.getName(), id.getType().name().toLowerCase(Locale.ROOT),
					id.getTags().stream().map(Tag::getKey).sorted().collect(Collectors.joining(", "))))
			.hasSameElementsAs(
					Monitoring.meters().stream().map((row) -> List.of(row.get(0), row.get(2), row.get(3))).toList());
		String scraped = tickTock.getBean(PrometheusMeterRegistry.class).scrape();
		assertThat(Monitoring.meters())
			.allSatisfy((row) -> assertThat(scraped).containsPattern("(?m)^" + row.get(1) + "(_count)?[ {]"));
	}

	/** Says that a job is done: one meter is only there for events whose workers do. */
	private static void answer() throws Exception {
		try (Connection connection = RabbitMq.local(PORT).connect()) {
			AMQP.BasicProperties tick = Recorder.bind(connection, "cron.schedule", "answering", "cron.minute.1")
				.await(1, PATIENCE)
				.get(0)
				.properties();
			connection.createChannel()
				.basicPublish("cron.schedule.outcome", "cron.minute.1",
						new AMQP.BasicProperties.Builder().messageId(tick.getMessageId())
							.correlationId(tick.getCorrelationId())
							.build(),
						"{\"status\":\"done\"}".getBytes(StandardCharsets.UTF_8));
			Patience.await()
				.until(() -> tickTock.getBean(MeterRegistry.class).find("ticktock.ticks.unsuccessful").gauge() != null);
		}
	}

	private static String firstWorker() {
		return README.block("python", "first-worker").text();
	}

	/**
	 * What spring-boot-starter-amqp brings.
	 */
	@ImportAutoConfiguration(RabbitAutoConfiguration.class)
	static class Listening {

	}

}
