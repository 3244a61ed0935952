package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Recorder.Receipt;

/**
 * The tick on the embedded broker.
 */
class EmbeddedTickIntegrationTests extends AbstractTickContract {

	private final int port = FreePort.find();

	@Override
	Connection connect() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(this.port);
		return factory.newConnection();
	}

	@Override
	List<String> arguments() {
		return List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + this.port);
	}

	@Override
	long validityLeft(Receipt receipt) {
		Instant validUntil = Instant.ofEpochMilli(Long.parseLong(receipt.properties().getExpiration()));
		return Duration.between(receipt.slot(), validUntil).toMillis();
	}

}
