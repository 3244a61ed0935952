package dev.ticktock.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static dev.ticktock.support.Patience.PATIENCE;
import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that say how their jobs ended, while leaders are killed.
 */
@RequiresRabbitMq(privateNode = true)
class OutcomeChaosIntegrationTests {

	private static final int KILLS = Scenario.times(2, 10);

	/** How many ticks are answered between two kills. */
	private static final int BETWEEN = Scenario.times(100, 1000);

	/** So many answers of each event are on every replica at the end. */
	private static final Duration KEPT = Duration.ofSeconds(60);

	private final String exchange = Names.unique("chaos.outcome");

	/** What the worker has said first of each tick, by its id. */
	private final Map<String, String> said = new ConcurrentHashMap<>();

	private final Map<String, String> shown = new HashMap<>();

	@Test
	void eachOutcomeIsJoinedOnceOnEveryReplicaThoughLeadersAreKilled() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Connection connection = node.connectionFactory().newConnection("worker");
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, this.exchange))) {
			replicas.start(2);
			Channel channel = connection.createChannel();
			String worker = work(channel, connection.createChannel());
			for (int i = 0; i < KILLS; i++) {
				awaitMore(replicas);
				String leader = replicas.leader();
				replicas.launch();
				replicas.awaitStandby();
				look(replicas, leader);
				replicas.kill(leader);
			}
			awaitMore(replicas);
			channel.basicCancel(worker);
			Instant end = Instant.now();
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				replicas.names().forEach((name) -> look(replicas, name));
				assertThat(this.shown).isEqualTo(this.said);
			});
			Map<String, String> last = new HashMap<>(this.said);
			last.keySet().removeIf((id) -> slot(id).isBefore(end.minus(KEPT)));
			for (String name : replicas.names()) {
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(look(replicas, name)).containsAllEntriesOf(last));
			}
			Figures.report("outcomes, %d leaders killed".formatted(KILLS),
					"%d answers, each sent twice and joined once; the last %d on each of %d replicas"
						.formatted(this.said.size(), last.size(), replicas.names().size()));
		}
	}

	private static Instant slot(String id) {
		return Instant.parse(id.substring(id.indexOf('@') + 1));
	}

	/** A replica shows the last hundred of each event only. */
	private void awaitMore(ReplicaSet replicas) {
		int before = this.said.size();
		Awaitility.await().atMost(RECOVERY.multipliedBy(2)).pollInterval(Duration.ofSeconds(2)).until(() -> {
			look(replicas, replicas.names().get(0));
			return this.said.size() >= before + BETWEEN;
		});
	}

	private Map<String, String> look(ReplicaSet replicas, String name) {
		Map<String, String> outcomes = new HashMap<>();
		for (String event : TenJobs.EVENTS) {
			JsonNode answer = JsonMapper.shared().readTree(replicas.get(name).actuator("ticktock/" + event));
			answer.path("outcomes").forEach((each) -> {
				String id = event + "@" + each.required("slot").asString();
				assertThat(outcomes.put(id, each.required("status").asString())).as("a second outcome of " + id)
					.isNull();
			});
		}
		this.shown.putAll(outcomes);
		return outcomes;
	}

	/** The second answer says the opposite of the first, and does not count. */
	private String work(Channel channel, Channel outcomes) throws IOException {
		String queue = channel.queueDeclare().getQueue();
		channel.queueBind(queue, this.exchange, "job.*");
		return channel.basicConsume(queue, true, new DefaultConsumer(channel) {

			@Override
			public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties tick, byte[] body)
					throws IOException {
				boolean done = tick.getCorrelationId().hashCode() % 2 == 0;
				String status = done ? "done" : "failed";
				if (OutcomeChaosIntegrationTests.this.said.putIfAbsent(tick.getMessageId(), status) == null) {
					say(tick, status);
					say(tick, done ? "failed" : "done");
				}
			}

			private void say(AMQP.BasicProperties tick, String status) throws IOException {
				AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().messageId(tick.getMessageId())
					.correlationId(tick.getCorrelationId())
					.build();
				outcomes.basicPublish(OutcomeChaosIntegrationTests.this.exchange + ".outcome",
						tick.getHeaders().get("event").toString(), properties,
						"{\"status\":\"%s\"}".formatted(status).getBytes(StandardCharsets.UTF_8));
			}

		});
	}

}
