package dev.ticktock.worker;

import java.util.List;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * The workers on the embedded broker.
 */
class EmbeddedWorkerIntegrationTests extends AbstractWorkerContract {

	private static final int PORT = FreePort.find();

	private static ConfigurableApplicationContext broker;

	@BeforeAll
	static void start() {
		broker = TickTockApp.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + PORT,
				"--ticktock.scheduler.exchange=other"));
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	@Override
	int port() {
		return PORT;
	}

}
