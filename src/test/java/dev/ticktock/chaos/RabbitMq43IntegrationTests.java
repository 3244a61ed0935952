package dev.ticktock.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The differences of RabbitMQ 4.3 from 3.10, each with the behaviour of TickTock.
 */
@RequiresRabbitMq(privateNode = true)
@EnabledIfSystemProperty(named = "ticktock.test.rabbitmq.version", matches = "4\\.3")
class RabbitMq43IntegrationTests {

	private static final Map<String, Object> EARLIER_LEADER_QUEUE = Map.of("x-queue-type", "quorum",
			"x-single-active-consumer", true);

	private final String exchange = Names.unique("chaos.43");

	private final String queue = this.exchange + ".leader";

	/** Up to 4.2 the broker closes the channel. */
	@Test
	void from43AnAcknowledgementTimeoutReturnsTheTokenAndCancelsTheConsumerOnAnOpenChannel() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode("consumer_timeout = 5000").start();
				Connection connection = node.connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare("held", true, false, false, EARLIER_LEADER_QUEUE);
			BlockingQueue<String> events = new LinkedBlockingQueue<>();
			channel.basicConsume("held", false, new DefaultConsumer(channel) {

				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties,
						byte[] body) {
					events.add("delivered");
				}

				@Override
				public void handleCancel(String tag) {
					events.add("cancelled");
				}

			});
			put(channel, "held");
			assertThat(next(events)).isEqualTo("delivered");
			assertThat(next(events)).isEqualTo("cancelled");
			assertThat(channel.isOpen()).isTrue();
			Awaitility.await().atMost(PATIENCE).until(() -> channel.messageCount("held") == 1);

			try (Scenario scenario = new Scenario(node, "cancelled", 2)) {
				// A leader renews its token less often than the broker allows here.
				scenario.leader().awaitLog("the broker cancelled the consumer of ");
				scenario.goOn(12);
				scenario.assertNothingMissingOrDoubled("consumer of the leader queue cancelled every 5 s",
						scenario.replicas.names()
							.stream()
							.map((name) -> scenario.replicas.terms(name).size() + " terms")
							.toList()
							.toString());
			}
		}
	}

	private static String next(BlockingQueue<String> events) throws InterruptedException {
		return String.valueOf(events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
	}

	private static void put(Channel channel, String queue) throws IOException {
		channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[0]);
	}

	@Test
	void from40ATokenIsDroppedWhenItHasBeenReturned20TimesAndTheNextReplicaLeadsByItsOwn() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Connection connection = node.connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare(this.queue, true, false, false, EARLIER_LEADER_QUEUE);
			put(channel, this.queue);
			for (int holder = 0; holder <= 20; holder++) {
				try (Connection holding = node.connectionFactory().newConnection()) {
					hold(holding, this.queue);
				}
			}
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> node.ctl("list_queues", "name", "messages").contains(this.queue + "\t0"));
		}
		try (TickTockProcess replica = TickTockProcess.start(TenJobs.arguments(node, this.exchange))) {
			replica.awaitLog("Became leader");
		}
	}

	/** Consumes until a token has come. */
	private static void hold(Connection holder, String queue) throws Exception {
		Channel channel = holder.createChannel();
		BlockingQueue<Long> held = new LinkedBlockingQueue<>();
		channel.basicConsume(queue, false, (tag, delivery) -> held.add(delivery.getEnvelope().getDeliveryTag()),
				(tag) -> {
				});
		assertThat(held.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void from43ALeaderQueueHasAShorterTimeoutForAConsumerWhoseNodeHasDied() {
		RabbitMqNode node = RabbitMqNode.shared();
		try (TickTockProcess replica = TickTockProcess.start(TenJobs.arguments(node, this.exchange))) {
			replica.awaitLog("Became leader");
			assertThat(argumentsOfLeaderQueue(node)).contains("x-consumer-disconnected-timeout").contains("1000");
		}
	}

	@Test
	void from43ALeaderQueueWithoutThisTimeoutIsTakenAsItIs() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Connection connection = node.connectionFactory().newConnection()) {
			connection.createChannel().queueDeclare(this.queue, true, false, false, EARLIER_LEADER_QUEUE);
		}
		try (TickTockProcess replica = TickTockProcess.start(TenJobs.arguments(node, this.exchange))) {
			replica.awaitLog("Became leader");
			assertThat(argumentsOfLeaderQueue(node)).doesNotContain("x-consumer-disconnected-timeout");
		}
	}

	/** Older versions drop it; seen with 3.10.8. */
	@Test
	void from40ADeadLetterReachesAStream() throws Exception {
		try (Connection connection = RabbitMqNode.shared().connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			String stream = this.exchange + ".stream";
			channel.exchangeDeclare(this.exchange, "topic", true);
			channel.queueDeclare(stream, true, false, false, Map.of("x-queue-type", "stream"));
			channel.queueBind(stream, this.exchange, "#");
			channel.queueDeclare(this.queue, true, false, false,
					Map.of("x-message-ttl", 0, "x-dead-letter-exchange", this.exchange));
			put(channel, this.queue);
			BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
			channel.basicQos(1);
			channel.basicConsume(stream, false, Map.of("x-stream-offset", "first"),
					(tag, record) -> reasons
						.add(String.valueOf(record.getProperties().getHeaders().get("x-first-death-reason"))),
					(tag) -> {
					});
			assertThat(next(reasons)).isEqualTo("expired");
		}
	}

	private String argumentsOfLeaderQueue(RabbitMqNode node) {
		return node.ctl("list_queues", "name", "arguments")
			.lines()
			.filter((line) -> line.startsWith(this.queue + "\t"))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void from43SchedulesAreRegisteredAtABrokerThatCollectsNoMetrics() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode("management_agent.disable_metrics_collector = true",
				"deprecated_features.permit.management_metrics_collection = false")
			.start();
				Connection worker = node.connectionFactory().newConnection();
				TickTockProcess replica = TickTockProcess.start(List.of("--spring.rabbitmq.port=" + node.port(),
						"--ticktock.scheduler.exchange=" + this.exchange,
						"--ticktock.discovery.management-url=http://127.0.0.1:" + node.managementPort()))) {
			replica.awaitLog("Became leader");
			Channel channel = worker.createChannel();
			channel.queueDeclare(this.exchange + ".report", true, false, false, null);
			channel.queueBind(this.exchange + ".report", this.exchange, "report.often",
					Map.of("cron", "*/2 * * * * *"));
			replica.awaitLog("Workers have registered report.often");
			Awaitility.await().atMost(PATIENCE).until(() -> channel.basicGet(this.exchange + ".report", true) != null);
		}
	}

}
