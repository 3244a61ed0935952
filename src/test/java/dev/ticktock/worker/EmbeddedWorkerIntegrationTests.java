package dev.ticktock.worker;

import java.util.List;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * The workers on the embedded broker.
 */
class EmbeddedWorkerIntegrationTests extends AbstractWorkerContract {

	private final int port = FreePort.find();

	private @Nullable ConfigurableApplicationContext broker;

	@Override
	void startBroker() {
		this.broker = TickTockApp.start(List.of("--spring.profiles.active=embedded",
				"--spring.rabbitmq.port=" + this.port, "--ticktock.scheduler.exchange=other"));
	}

	@Override
	void stopBroker() {
		if (this.broker != null) {
			this.broker.close();
		}
	}

	@Override
	int port() {
		return this.port;
	}

}
