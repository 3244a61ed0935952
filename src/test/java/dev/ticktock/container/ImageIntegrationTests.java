package dev.ticktock.container;

import java.time.Duration;
import java.time.Instant;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Docker;
import dev.ticktock.support.Docker.Container;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The image, as {@code docker build} makes it and {@code docker run} starts it.
 */
class ImageIntegrationTests {

	private static final String STARTED = "Started TickTockApplication";

	private static String image = "";

	@BeforeAll
	static void build() {
		image = Docker.image();
	}

	@Test
	void aWorkerOnTheHostGetsItsTickAndTheContainerTurnsHealthyAndEndsOnSigterm() throws Exception {
		int amqp = FreePort.find();
		Instant launched = Instant.now();
		// Without AOTMode, a cache that Java cannot use makes a start slow and nothing
		// else.
		try (Container container = Docker.start("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "-p",
				"127.0.0.1:%d:5672".formatted(amqp), "-e", "SPRING_PROFILES_ACTIVE=embedded", "-e",
				"JDK_JAVA_OPTIONS=-XX:AOTMode=on", "-e", "TICKTOCK_SCHEDULER_CRON_IMAGE_TICK=* * * * * *", image)) {
			container.awaitLog("Ready: ");
			assertThat(container.owner()).containsExactly("10001", "10001");
			try (Connection connection = RabbitMq.local(amqp).connect()) {
				Recorder worker = Recorder.bind(connection, "cron.schedule", "image", "image.tick");
				assertThat(worker.await(1, PATIENCE)).first()
					.extracting(Recorder.Receipt::event)
					.isEqualTo("image.tick");
			}
			container.awaitHealth("healthy");
			System.out.printf("Container: %d ms to healthy, %d MiB resident, %s%n",
					Duration.between(launched, Instant.now()).toMillis(), container.residentMebibytes(),
					container.awaitLog(STARTED).replaceFirst(".*" + STARTED, STARTED));
			Instant asked = Instant.now();
			assertThat(container.stop()).isEqualTo(143);
			assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(10));
			assertThat(container.log()).anyMatch((line) -> line.endsWith(": Stopped"));
		}
	}

	@Test
	void whatDoesNotAnswerIsNotHealthy() {
		try (Container container = Docker.start("--health-interval=1s", "--health-start-period=1s",
				"--health-retries=1", "-e", "MANAGEMENT_SERVER_PORT=1", "--entrypoint", "sleep", image, "60")) {
			container.awaitHealth("unhealthy");
		}
	}

	@Test
	void itStartsWithOptionsThatDoNotSuitTheCache() {
		try (Container container = Docker.start("-e", "SPRING_PROFILES_ACTIVE=embedded", "-e",
				"JAVA_TOOL_OPTIONS=-XX:+UseZGC -Xmx256m", image)) {
			container.awaitLog(STARTED);
		}
	}

	@Test
	void itEndsWhenItsHeapIsFull() {
		try (Container container = Docker.start("-e", "SPRING_PROFILES_ACTIVE=embedded", "-e",
				"JDK_JAVA_OPTIONS=-Xms8m -Xmx8m", image)) {
			assertThat(container.exitCode()).isEqualTo(3);
			container.awaitLog("java.lang.OutOfMemoryError: Java heap space");
		}
	}

}
