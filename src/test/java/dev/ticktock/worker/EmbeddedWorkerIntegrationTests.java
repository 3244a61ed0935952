package dev.ticktock.worker;

import java.util.List;

import dev.ticktock.support.FreePort;

/**
 * The workers on the embedded broker.
 */
class EmbeddedWorkerIntegrationTests extends AbstractWorkerContract {

	private final int port = FreePort.find();

	@Override
	int port() {
		return this.port;
	}

	@Override
	List<String> arguments() {
		return List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + this.port);
	}

}
