package dev.ticktock.samples;

import java.util.List;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample workers on the embedded broker, which accepts what the clients of these
 * languages send by default. The shell's needs the management API of RabbitMQ.
 */
class EmbeddedSampleWorkersIntegrationTests {

	private static final String EVENT = "sample.second";

	private static final int PORT = FreePort.find();

	private static ConfigurableApplicationContext tickTock;

	@BeforeAll
	static void start() {
		tickTock = TickTockApp.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + PORT),
				"--ticktock.scheduler.cron.sample.second.cron=* * * * * *",
				"--ticktock.scheduler.cron.sample.second.validity=10m");
	}

	@AfterAll
	static void stop() {
		tickTock.close();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SHELL")
	void doesTheJobOfATick(SampleWorker worker) {
		try (Copy copy = new Job(worker, PORT, 0, EVENT).start()) {
			copy.awaitDone(copy.awaitStart().group(1));
			assertThat(copy.terminate()).as("exit status: %s", copy).isZero();
		}
	}

}
