package dev.ticktock.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ticks that are missed, and those whose worker says how the job ended, while leaders are
 * killed.
 */
@RequiresRabbitMq(privateNode = true)
class HistoryChaosIntegrationTests {

	private static final int KILLS = Scenario.times(3, 30);

	/** How many ticks are missed or answered between two kills. */
	private static final int BETWEEN = Scenario.times(100, 1000);

	/** The answers of so long are on every replica at the end. */
	private static final Duration ANSWERS_KEPT = Duration.ofSeconds(60);

	private static final Duration MISSED_KEPT = Duration.ofSeconds(5);

	private static final CancelCallback NOTHING = (tag) -> {
	};

	private final String exchange = Names.unique("chaos.history");

	/** What the broker has dead-lettered and the worker has said: tick, then word. */
	private final Set<String> given = ConcurrentHashMap.newKeySet();

	private final Set<String> shown = new HashSet<>();

	@Test
	void eachMissedTickAndEachOutcomeIsShownOnceByEveryReplicaThoughLeadersAreKilled() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		List<String> arguments = new ArrayList<>(TenJobs.arguments(node, this.exchange));
		arguments.replaceAll((argument) -> argument.replace(".validity=2m", ".validity=2s"));
		try (Connection connection = node.connectionFactory().newConnection("worker");
				ReplicaSet replicas = new ReplicaSet(arguments)) {
			Channel channel = connection.createChannel();
			channel.exchangeDeclare(this.exchange, "topic", true);
			channel.exchangeDeclare(this.exchange + ".missed", "topic", true);
			witness(connection.createChannel());
			replicas.start(2);
			List<String> queues = List.of(idle(channel, "classic"), idle(channel, "quorum"));
			String worker = work(channel, connection.createChannel());
			for (int i = 0; i < KILLS; i++) {
				awaitMore(replicas);
				String leader = replicas.leader();
				String next = replicas.launch();
				awaitWhileLooking(replicas, leader, () -> replicas.get(next).logged("Standing by"));
				replicas.kill(leader);
			}
			awaitMore(replicas);
			channel.basicCancel(worker);
			Instant end = Instant.now();
			for (String queue : queues) {
				channel.queueUnbind(queue, this.exchange, "job.*");
				Patience.await().until(() -> channel.messageCount(queue) == 0);
			}
			Patience.await().untilAsserted(() -> {
				replicas.names().forEach((name) -> look(replicas, name));
				assertThat(this.shown).containsExactlyInAnyOrderElementsOf(this.given);
			});
			// Also what came before a replica was launched.
			List<String> last = this.given.stream().filter((each) -> isKept(each, end)).toList();
			for (String name : replicas.names()) {
				Patience.await()
					.untilAsserted(() -> assertThat(look(replicas, name)).doesNotHaveDuplicates().containsAll(last));
			}
			Figures.report("missed and answered ticks, %d leaders killed".formatted(KILLS),
					"%d, each dead-lettered by a classic and a quorum queue or answered twice, and shown once"
						.formatted(this.given.size()));
		}
	}

	private boolean isKept(String word, Instant end) {
		Instant slot = Instant.parse(word.substring(word.indexOf('@') + 1, word.indexOf(' ')));
		return slot.isAfter(end.minus(word.contains(".idle.") ? MISSED_KEPT : ANSWERS_KEPT));
	}

	private void awaitMore(ReplicaSet replicas) {
		int before = this.given.size();
		awaitWhileLooking(replicas, replicas.leader(), () -> this.given.size() >= before + BETWEEN);
	}

	/** A replica shows the last ones of each event only, so it is asked meanwhile. */
	private void awaitWhileLooking(ReplicaSet replicas, String name, BooleanSupplier condition) {
		Awaitility.await().atMost(PATIENCE.multipliedBy(2)).pollInterval(Duration.ofSeconds(1)).until(() -> {
			look(replicas, name);
			return condition.getAsBoolean();
		});
	}

	private List<String> look(ReplicaSet replicas, String name) {
		List<String> words = new ArrayList<>();
		for (String event : TenJobs.EVENTS) {
			JsonNode answer = JsonMapper.shared().readTree(replicas.get(name).actuator("ticktock/" + event));
			answer.path("missed").forEach((each) -> words.add(word(event, each, "queue")));
			answer.path("outcomes").forEach((each) -> words.add(word(event, each, "status")));
		}
		this.shown.addAll(words);
		return words;
	}

	private static String word(String event, JsonNode answer, String field) {
		return "%s@%s %s".formatted(event, answer.required("slot").asString(), answer.required(field).asString());
	}

	private String idle(Channel channel, String type) throws IOException {
		String queue = this.exchange + ".idle." + type;
		channel.queueDeclare(queue, true, false, false,
				Map.of("x-queue-type", type, "x-dead-letter-exchange", this.exchange + ".missed"));
		channel.queueBind(queue, this.exchange, "job.*");
		return queue;
	}

	private void witness(Channel channel) throws IOException {
		String queue = channel.queueDeclare().getQueue();
		channel.queueBind(queue, this.exchange + ".missed", "#");
		channel.basicConsume(queue, true, (tag, missed) -> this.given.add(missed.getProperties().getMessageId() + " "
				+ missed.getProperties().getHeaders().get("x-first-death-queue")), NOTHING);
	}

	/** The second answer says the opposite of the first, and does not count. */
	private String work(Channel channel, Channel outcomes) throws IOException {
		String queue = channel.queueDeclare().getQueue();
		channel.queueBind(queue, this.exchange, "job.*");
		return channel.basicConsume(queue, true, (tag, delivery) -> {
			AMQP.BasicProperties tick = delivery.getProperties();
			boolean done = tick.getCorrelationId().hashCode() % 2 == 0;
			if (this.given.add(tick.getMessageId() + (done ? " done" : " failed"))) {
				say(outcomes, tick, done ? "done" : "failed");
				say(outcomes, tick, done ? "failed" : "done");
			}
		}, NOTHING);
	}

	private void say(Channel channel, AMQP.BasicProperties tick, String status) throws IOException {
		channel.basicPublish(this.exchange + ".outcome", String.valueOf(tick.getHeaders().get("event")),
				new AMQP.BasicProperties.Builder().messageId(tick.getMessageId())
					.correlationId(tick.getCorrelationId())
					.build(),
				"{\"status\":\"%s\"}".formatted(status).getBytes(StandardCharsets.UTF_8));
	}

}
