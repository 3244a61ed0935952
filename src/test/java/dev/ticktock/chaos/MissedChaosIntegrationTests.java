package dev.ticktock.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Missed ticks, while leaders are killed.
 */
@RequiresRabbitMq(privateNode = true)
class MissedChaosIntegrationTests {

	private static final int KILLS = Scenario.times(3, 30);

	/** How many ticks are missed between two kills. */
	private static final int BETWEEN = 60;

	private final String exchange = Names.unique("chaos.missed");

	/** What the broker has dead-lettered: event, slot and queue. */
	private final Set<String> given = ConcurrentHashMap.newKeySet();

	private final Set<String> shown = new HashSet<>();

	@Test
	void everyMissedTickIsShownOnceThoughLeadersAreKilled() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start();
				Connection connection = node.connectionFactory().newConnection("witness");
				ReplicaSet replicas = new ReplicaSet(arguments(node))) {
			Channel channel = connection.createChannel();
			channel.exchangeDeclare(this.exchange, "topic", true);
			channel.exchangeDeclare(this.exchange + ".missed", "topic", true);
			witness(connection.createChannel());
			replicas.start(2);
			List<String> queues = List.of(idle(channel, "classic"), idle(channel, "quorum"));
			for (int i = 0; i < KILLS; i++) {
				awaitMore(replicas);
				String leader = replicas.leader();
				replicas.launch();
				awaitStandby(replicas, leader);
				replicas.kill(leader);
			}
			replicas.leader();
			awaitMore(replicas);
			for (String queue : queues) {
				channel.queueUnbind(queue, this.exchange, "job.*");
			}
			for (String queue : queues) {
				Awaitility.await().atMost(PATIENCE).until(() -> channel.messageCount(queue) == 0);
			}
			Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
				look(replicas);
				assertThat(this.shown).isEqualTo(this.given);
			});
			// Also what was missed before a replica was launched.
			List<String> last = last();
			for (String name : replicas.names()) {
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(shownBy(replicas, name)).doesNotHaveDuplicates().containsAll(last));
			}
			Figures.report("missed ticks, %d leaders killed".formatted(KILLS),
					"%d dead-lettered by a classic and a quorum queue, each shown once".formatted(this.given.size()));
		}
	}

	private void awaitMore(ReplicaSet replicas) {
		int before = this.given.size();
		Awaitility.await().atMost(RECOVERY).pollInterval(Duration.ofSeconds(1)).until(() -> {
			look(replicas);
			return this.given.size() >= before + BETWEEN;
		});
	}

	/** A replica shows the last missed ticks only, so others are read meanwhile. */
	private void awaitStandby(ReplicaSet replicas, String leader) {
		Awaitility.await().atMost(RECOVERY).pollInterval(Duration.ofSeconds(1)).until(() -> {
			this.shown.addAll(shownBy(replicas, leader));
			return replicas.names().stream().allMatch((name) -> replicas.get(name).countLogged("Standing by") > 0);
		});
	}

	private void look(ReplicaSet replicas) {
		replicas.names().forEach((name) -> this.shown.addAll(shownBy(replicas, name)));
	}

	private static List<String> shownBy(ReplicaSet replicas, String name) {
		List<String> missed = new ArrayList<>();
		for (String event : TenJobs.EVENTS) {
			JsonNode answer = JsonMapper.shared().readTree(replicas.get(name).actuator("ticktock/" + event));
			answer.path("missed")
				.forEach((each) -> missed.add("%s@%s %s".formatted(event, each.required("slot").asString(),
						each.required("queue").asString())));
		}
		return missed;
	}

	/** The last five slots of each event, in both queues. */
	private List<String> last() {
		List<String> last = new ArrayList<>();
		for (String event : TenJobs.EVENTS) {
			this.given.stream()
				.filter((each) -> each.startsWith(event + "@"))
				.sorted(Comparator.reverseOrder())
				.limit(10)
				.forEach(last::add);
		}
		return last;
	}

	private List<String> arguments(RabbitMqNode node) {
		List<String> arguments = new ArrayList<>(TenJobs.arguments(node, this.exchange));
		TenJobs.EVENTS.forEach((event) -> arguments.add("--ticktock.scheduler.cron.%s.validity=2s".formatted(event)));
		arguments.removeIf((argument) -> argument.endsWith(".validity=2m"));
		return arguments;
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
		channel.basicConsume(queue, true, new DefaultConsumer(channel) {

			@Override
			public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
				MissedChaosIntegrationTests.this.given
					.add(properties.getMessageId() + " " + properties.getHeaders().get("x-first-death-queue"));
			}

		});
	}

}
