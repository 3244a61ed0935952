package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.time.Uptime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that falls silent while a thread writes more than the socket can hold.
 */
@RequiresRabbitMq(privateNode = true)
class SilentBrokerIntegrationTests {

	@Test
	void theConnectionClosesThoughAThreadWaitsInTheSocket() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Relay relay = new Relay(node.port()).open()) {
			ConnectionFactory factory = node.connectionFactory();
			factory.setRequestedHeartbeat(1);
			BrokerConnector connector = new BrokerConnector(factory, List.of(new Address("localhost", relay.port())),
					false, "me", Uptime.ofProcess());
			// Not closed here: if the socket stayed open, closing would wait too.
			BrokerConnection connection = connector.connect("test");
			Channel channel = connection.channel();
			relay.silence();
			CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(channel));
			assertThat(writing).succeedsWithin(Duration.ofSeconds(10));
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !connection.connection().isOpen());
		}
	}

	private static void write(Channel channel) {
		try {
			while (true) {
				channel.basicPublish("", "nobody", null, new byte[100_000]);
			}
		}
		catch (IOException | AlreadyClosedException ex) {
			return;
		}
	}

}
