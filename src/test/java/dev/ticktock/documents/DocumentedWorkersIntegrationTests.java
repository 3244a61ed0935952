package dev.ticktock.documents;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpServer;
import dev.ticktock.documents.Document.Block;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the workers of the documents as they stand there, against a TickTock with the
 * embedded broker. Only the port and the time to wait are the test's.
 */
@ExtendWith(OutputCaptureExtension.class)
class DocumentedWorkersIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int PORT = FreePort.find();

	private static ConfigurableApplicationContext tickTock;

	@BeforeAll
	static void start() {
		tickTock = TickTockApp.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + PORT,
				"--ticktock.scheduler.cron.cron.second.30=*/2 * * * * *",
				"--ticktock.scheduler.cron.cron.minute.1=*/2 * * * * *"));
	}

	@AfterAll
	static void stop() {
		tickTock.close();
	}

	@Test
	void theFirstWorkerPrintsWhatTheReadmeShows(@TempDir Path folder) throws Exception {
		List<String> printed = Document.of("README.md").block("log", "waiting").text().lines().toList();
		try (PythonProgram worker = new PythonProgram(folder, firstWorker())) {
			worker.await(printed.get(0)::equals);
			worker.await((line) -> shape(line).equals(shape(printed.get(1))));
			assertThat(worker.interrupt()).isZero();
			assertThat(worker.lines()).endsWith("ended").noneMatch((line) -> line.contains("Traceback"));
		}
	}

	@Test
	void theFirstWorkerRunsAJobThatIsPublishedByHand(@TempDir Path folder) throws Exception {
		String byHand = here(Document.of("docs/tick.md").block("python", "basic_publish").text());
		try (PythonProgram worker = new PythonProgram(folder, firstWorker().replace("first-worker", "by-hand"))) {
			worker.await((line) -> line.startsWith("cron.second.30 of "));
			try (PythonProgram publisher = new PythonProgram(folder, byHand)) {
				assertThat(publisher.exitCode()).as("ends: " + publisher.lines()).isZero();
			}
			worker.await((line) -> line.matches("cron\\.second\\.30 of \\S+Z .*\"previous\": null.*"));
		}
	}

	@Test
	void theFirstWorkerRegistersItsScheduleWithTheLinesOfTheReadme(@TempDir Path folder) throws Exception {
		String lines = Document.of("README.md")
			.block("python", "invoices")
			.text()
			.indent(4)
			.replace("30 2 * * *", "@every 1s");
		String program = firstWorker().replaceFirst("(?m)^ +channel\\.queue_declare.*\n", lines)
			.replaceFirst("(?m)^ +channel\\.queue_bind\\(\"first-worker.*\n", "")
			.replace("first-worker", "invoices");
		try (PythonProgram worker = new PythonProgram(folder, program)) {
			worker.await((line) -> line.startsWith("invoice.nightly of "));
		}
	}

	@Test
	void theDeadMansSwitchPingsForEachTickAndGoesOnWithoutAnAnswer(@TempDir Path folder) throws Exception {
		List<String> pings = new CopyOnWriteArrayList<>();
		HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		service.createContext("/", (exchange) -> {
			pings.add(exchange.getRequestURI().toString());
			exchange.sendResponseHeaders((pings.size() == 1) ? 503 : 200, -1);
			exchange.close();
		});
		service.start();
		String program = here(Document.of("docs/monitoring/README.md").block("python", "PING").text())
			.replace("https://hc-ping.com", "http://127.0.0.1:" + service.getAddress().getPort());
		try (PythonProgram worker = new PythonProgram(folder, program)) {
			worker.await((line) -> line.matches("not pinged for cron\\.minute\\.1@\\S+Z because of .*503.*"));
			worker.await((line) -> line.matches("pinged for cron\\.minute\\.1@\\S+Z"));
			assertThat(pings.subList(0, 2)).doesNotHaveDuplicates()
				.allSatisfy((ping) -> assertThat(ping).matches("/[0-9a-f-]{36}\\?rid=[0-9a-f-]{36}"));
		}
		finally {
			service.stop(0);
		}
	}

	@Test
	void theSpringWorkerRuns(CapturedOutput output, @TempDir Path folder) throws Exception {
		run(Document.of("README.md").block("java", "ReportWorker"), folder, output, "running the report of 20");
	}

	/** A second that its binding registers comes soon enough. */
	@Test
	void theSpringWorkerThatRegistersItsScheduleRuns(CapturedOutput output, @TempDir Path folder) throws Exception {
		Block block = Document.of("docs/registration.md").block("java", "InvoiceWorker");
		Block often = new Block(block.place(), block.language(), block.text().replace("30 2 * * *", "* * * * * *"));
		run(often, folder, output, "writing the invoices of 20");
	}

	@Test
	void theMetersAreThoseOfTheOperatorsManual() {
		List<Meter> meters = tickTock.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("ticktock."))
			.toList();
		assertThat(meters.stream().map((meter) -> meter.getId().getName()).collect(Collectors.toSet()))
			.isEqualTo(DocumentedMeters.names());
		assertThat(meters)
			.allSatisfy((meter) -> assertThat(DocumentedMeters.all()).as("a row with type and tags of " + meter.getId())
				.anyMatch((row) -> row.describes(meter)));
		String scraped = tickTock.getBean(PrometheusMeterRegistry.class).scrape();
		assertThat(DocumentedMeters.all())
			.allSatisfy((row) -> assertThat(scraped).containsPattern("(?m)^" + row.inPrometheus() + "(_count)?[ {]"));
	}

	/** What is asked for has to be there from the start, with the labels. */
	@Test
	void theAlertsAndTheDashboardAskForMetersThatExist() {
		String scraped = tickTock.getBean(PrometheusMeterRegistry.class).scrape();
		assertThat(Monitoring.series()).hasSizeGreaterThan(15)
			.filteredOn((series) -> !Monitoring.WITHOUT_A_START.contains(series))
			.allSatisfy((series) -> assertThat(scraped).containsPattern("(?m)^" + series + "[ {]"));
	}

	private static String firstWorker() {
		return here(Document.of("README.md").block("python", "first-worker").text());
	}

	private static String here(String program) {
		return PythonProgram.at(PORT, program);
	}

	/** The line with all digits alike. */
	private static String shape(String line) {
		return Pattern.compile("\\d").matcher(line).replaceAll("0");
	}

	private static void run(Block block, Path folder, CapturedOutput output, String expected) throws Exception {
		DocumentedJava.compile(block, folder);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { folder.toUri().toURL() },
				DocumentedWorkersIntegrationTests.class.getClassLoader());
				ConfigurableApplicationContext worker = new SpringApplicationBuilder(Listening.class,
						loader.loadClass(DocumentedJava.name(block)))
					.resourceLoader(new DefaultResourceLoader(loader))
					.web(WebApplicationType.NONE)
					.registerShutdownHook(false)
					.run("--spring.config.location=optional:classpath:/none/", "--spring.rabbitmq.port=" + PORT)) {
			assertThat(worker.isRunning()).isTrue();
			Awaitility.await(expected).atMost(PATIENCE).until(() -> output.getOut().contains(expected));
		}
	}

	/**
	 * What spring-boot-starter-amqp brings.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(RabbitAutoConfiguration.class)
	static class Listening {

	}

}
