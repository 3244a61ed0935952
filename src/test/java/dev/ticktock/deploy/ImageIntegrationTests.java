package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.ImageFolder;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the image does with the options, the cache and the commands of the
 * {@code Dockerfile}.
 */
@RequiresRabbitMq(privateNode = true)
class ImageIntegrationTests {

	/** Without it, a cache that Java cannot use makes a start slow and nothing else. */
	private static final Map<String, String> NOT_WITHOUT_CACHE = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");

	private static final String STARTED = "Started TickTockApplication";

	private static ImageFolder image;

	@BeforeAll
	static void build(@TempDir Path folder) throws IOException {
		image = ImageFolder.build(folder, ImageFolder.java());
	}

	private static List<String> arguments() {
		RabbitMqNode node = RabbitMqNode.shared();
		return List.of("--spring.rabbitmq.host=127.0.0.1", "--spring.rabbitmq.port=" + node.port(),
				"--ticktock.discovery.management-url=http://127.0.0.1:" + node.managementPort(),
				"--ticktock.scheduler.exchange=" + Names.unique("image"));
	}

	private static int healthCheck(int port) throws Exception {
		Process process = image.process(image.healthCheck(), Map.of("SERVER_PORT", Integer.toString(port))).start();
		assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isNotNull();
		return process.waitFor();
	}

	@Test
	void itStartsFromItsCacheAndIsHealthyAndStopsOnSigterm() throws Exception {
		try (TickTockProcess container = image.launch(NOT_WITHOUT_CACHE, arguments())) {
			container.awaitLog(STARTED);
			// As Docker does: Spring Boot says that it has started just before it says
			// that it lives.
			Awaitility.await("it is healthy").atMost(PATIENCE).until(() -> healthCheck(container.port()) == 0);
			container.awaitLog("Ready: ");
			assertThat(container.terminate()).isEqualTo(143);
			assertThat(container.log()).anyMatch((line) -> line.endsWith(": Stopped"));
		}
	}

	@Test
	void whatDoesNotAnswerIsNotHealthy() throws Exception {
		assertThat(healthCheck(FreePort.find())).isNotZero();
	}

	@Test
	void itStartsWithOptionsThatDoNotSuitTheCache() {
		Map<String, String> options = Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseZGC -Xmx256m");
		try (TickTockProcess container = image.launch(options, arguments())) {
			container.awaitLog(STARTED);
		}
	}

	@Test
	void itEndsWhenItsHeapIsFull() {
		try (TickTockProcess container = image.launch(Map.of("JDK_JAVA_OPTIONS", "-Xms8m -Xmx8m"), arguments())) {
			assertThat(container.exitCode()).isEqualTo(3);
			assertThat(container.logged("java.lang.OutOfMemoryError: Java heap space")).isTrue();
		}
	}

}
