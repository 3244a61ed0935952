package dev.ticktock.discovery;

import java.util.List;

import dev.ticktock.support.FreePort;

/**
 * Workers that register their schedules with the embedded broker.
 */
class EmbeddedRegistrationIntegrationTests extends AbstractRegistrationContract {

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
