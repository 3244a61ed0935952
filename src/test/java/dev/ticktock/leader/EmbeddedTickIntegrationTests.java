package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * The tick on the embedded broker of another TickTock.
 */
@TestInstance(Lifecycle.PER_CLASS)
class EmbeddedTickIntegrationTests extends AbstractTickContract {

	private final int port = FreePort.find();

	private @Nullable ConfigurableApplicationContext broker;

	@BeforeAll
	void startBroker() {
		this.broker = TickTockApp.start(List.of("--spring.profiles.active=embedded",
				"--spring.rabbitmq.port=" + this.port, "--ticktock.scheduler.exchange=other"));
	}

	@AfterAll
	void stopBroker() {
		if (this.broker != null) {
			this.broker.close();
		}
	}

	@Override
	String publishedTo(String exchange) {
		return exchange;
	}

	@Override
	TestTopology topology() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(this.port);
		return new TestTopology(factory);
	}

	@Override
	List<String> arguments() {
		return List.of("--spring.rabbitmq.port=" + this.port);
	}

	@Override
	long validityLeft(Receipt receipt) {
		Instant validUntil = Instant.ofEpochMilli(Long.parseLong(receipt.properties().getExpiration()));
		return Duration.between(receipt.slot(), validUntil).toMillis();
	}

}
