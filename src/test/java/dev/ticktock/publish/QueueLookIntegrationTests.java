package dev.ticktock.publish;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.publish.QueueLook.Content;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.SettableUptime;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueLook} with an account that may read the queues and nothing else.
 * RabbitMQ before 4.2.6 does not even demand that.
 */
@RequiresRabbitMq(privateNode = true)
class QueueLookIntegrationTests {

	private final SettableUptime uptime = new SettableUptime();

	private final String queue = Names.unique("test.look");

	private Connection worker;

	private Channel channel;

	private BrokerConnection connection;

	private QueueLook look;

	@BeforeEach
	void connect() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		this.worker = node.connectionFactory().newConnection("worker");
		this.channel = this.worker.createChannel();
		this.channel.confirmSelect();
		String user = Names.unique("looker");
		node.ctl("add_user", user, "secret");
		node.ctl("set_permissions", "-p", "/", user, "^$", "^$", "^test\\.look");
		ConnectionFactory factory = node.connectionFactory();
		factory.setUsername(user);
		factory.setPassword("secret");
		this.connection = new BrokerConnection(factory.newConnection("looker"));
		this.look = new QueueLook(this.connection, this.uptime);
	}

	@AfterEach
	void disconnect() throws Exception {
		this.channel.queueDelete(this.queue);
		this.worker.abort();
		this.connection.close();
	}

	private @Nullable Content seen() throws InterruptedException {
		this.uptime.pass(Duration.ofMinutes(1));
		this.look.begin();
		return this.look.into(this.queue);
	}

	private boolean publish() throws Exception {
		this.channel.basicPublish("", this.queue, null, new byte[0]);
		return this.channel.waitForConfirms();
	}

	private void awaitSeen(Content content) {
		Awaitility.await(content.name()).atMost(PATIENCE).until(() -> seen() == content);
	}

	/** What a consumer holds does not keep a queue from taking more. */
	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void aFullQueueHasSomethingAndAQueueWhoseMessagesAreHeldHasNothing(String type) throws Exception {
		this.channel.queueDeclare(this.queue, true, false, false,
				Map.of("x-queue-type", type, "x-max-length", 1, "x-overflow", "reject-publish"));
		assertThat(seen()).isEqualTo(Content.NOTHING);
		Awaitility.await("a full queue").atMost(PATIENCE).until(() -> !publish());
		assertThat(seen()).isEqualTo(Content.SOMETHING);
		this.channel.basicConsume(this.queue, false, new DefaultConsumer(this.channel));
		awaitSeen(Content.NOTHING);
		Awaitility.await("a queue that takes more").atMost(PATIENCE).until(this::publish);
	}

	@Test
	void aQueueOfAnotherConnectionIsUnknownAndOneThatIsGoneUnreachable() throws Exception {
		this.channel.queueDeclare(this.queue, false, true, false, null);
		assertThat(seen()).isEqualTo(Content.UNKNOWN);
		this.channel.queueDelete(this.queue);
		assertThat(seen()).isEqualTo(Content.UNREACHABLE);
		this.channel.queueDeclare(this.queue, true, false, false, null);
		assertThat(seen()).isEqualTo(Content.NOTHING);
	}

	@Test
	void anAnswerIsRememberedForASecond() throws Exception {
		this.channel.queueDeclare(this.queue, true, false, false, null);
		assertThat(seen()).isEqualTo(Content.NOTHING);
		publish();
		assertThat(List.of(String.valueOf(this.look.into(this.queue)), String.valueOf(seen())))
			.containsExactly("NOTHING", "SOMETHING");
	}

}
