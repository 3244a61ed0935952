package dev.ticktock.discovery;

import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

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

	@Test
	void schedulesAreReadBeyondTheLimitOfBindings() throws Exception {
		int own = FreePort.find();
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(own);
		try (ConfigurableApplicationContext app = TickTockApp.start(
				List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + own),
				"--ticktock.discovery.interval=100ms", "--ticktock.discovery.max-bindings=2");
				Connection connection = factory.newConnection()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare("queue", true, false, false, null);
			for (String key : List.of("a", "b", "c")) {
				channel.queueBind("queue", "cron.schedule", key);
			}
			channel.queueBind("queue", "cron.schedule", "job", Map.of("cron", "@daily"));
			Discovery discovery = app.getBean(Discovery.class);
			Awaitility.await().atMost(PATIENCE).until(() -> !discovery.status().whole());
			Awaitility.await().atMost(PATIENCE).until(() -> discovery.status().schedules() == 1);
		}
	}

}
