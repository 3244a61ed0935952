package dev.ticktock.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.DeadLetter;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.support.Consumed;
import dev.ticktock.support.Names;
import dev.ticktock.support.MissedRecords;
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
 * What nobody takes, while leaders are killed.
 */
@RequiresRabbitMq(privateNode = true)
class MissedChaosIntegrationTests {

	private static final int KILLS = Form.times(3, 30);

	/** How many ticks are missed between two kills. */
	private static final int BETWEEN = 60;

	private final String exchange = Names.unique("chaos.missed");

	/** What the broker has given away, by its id: the event. */
	private final Map<Long, String> given = new ConcurrentHashMap<>();

	/** What leaders have written down, by its id, some twice. */
	private final List<Long> written = new CopyOnWriteArrayList<>();

	@Test
	void everyTickThatNobodyTookIsCountedOnceThoughLeadersAreKilled() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start();
				Connection connection = node.connectionFactory().newConnection("witness");
				ReplicaSet replicas = new ReplicaSet(arguments(node))) {
			Channel channel = connection.createChannel();
			channel.exchangeDeclare(this.exchange, "topic", true);
			channel.exchangeDeclare(this.exchange + ".missed", "topic", true);
			witness(connection.createChannel());
			replicas.start(2);
			Consumed.await(connection, this.exchange + ".missed");
			List<String> queues = List.of(idle(channel, "classic"), idle(channel, "quorum"));
			for (int i = 0; i < KILLS; i++) {
				int before = this.given.size();
				Awaitility.await().atMost(RECOVERY).until(() -> this.given.size() >= before + BETWEEN);
				String leader = replicas.leader();
				replicas.launch();
				replicas.awaitStandby();
				replicas.kill(leader);
			}
			replicas.leader();
			int before = this.given.size();
			Awaitility.await().atMost(RECOVERY).until(() -> this.given.size() >= before + BETWEEN);
			for (String queue : queues) {
				channel.queueUnbind(queue, this.exchange, "job.*");
			}
			Awaitility.await().atMost(PATIENCE).until(() -> isRead(node));
			MissedRecords.read(connection.createChannel(), this.exchange + ".journal", (missed) -> missed.groups()
				.forEach((group) -> group.ticks().stream().map(Miss::id).forEach(this.written::add)));
			Map<String, Integer> expected = expected();
			for (String name : replicas.names()) {
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(counted(replicas, name)).isEqualTo(expected));
			}
			Awaitility.await().atMost(PATIENCE).until(() -> new HashSet<>(this.written).size() == this.given.size());
			Figures.report("missed ticks, %d leaders killed".formatted(KILLS),
					"%d given away by a classic and a quorum queue, %d written down, of them %d twice; %d counted"
						.formatted(this.given.size(), this.written.size(),
								this.written.size() - new HashSet<>(this.written).size(),
								expected.values().stream().mapToInt((count) -> count).sum()));
		}
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
				DeadLetter letter = Objects.requireNonNull(DeadLetter.read(properties), "no dead letter");
				MissedChaosIntegrationTests.this.given.put(letter.id(), letter.event());
			}

		});
	}

	/** Whether no queue has a message left, acknowledged or not. */
	private boolean isRead(RabbitMqNode node) {
		return node.ctl("list_queues", "--quiet", "--no-table-headers", "name", "messages")
			.lines()
			.filter((line) -> line.startsWith(this.exchange + ".idle") || line.startsWith(this.exchange + ".missed"))
			.allMatch((line) -> line.strip().endsWith("\t0"));
	}

	private Map<String, Integer> expected() {
		Map<String, Integer> counts = new TreeMap<>();
		this.given.values().forEach((event) -> counts.merge(event, 1, Integer::sum));
		return counts;
	}

	private static Map<String, Integer> counted(ReplicaSet replicas, String name) {
		Map<String, Integer> counts = new TreeMap<>();
		for (String event : TenJobs.EVENTS) {
			JsonNode answer = JsonMapper.shared().readTree(replicas.get(name).actuator("ticktock/" + event));
			int sum = 0;
			for (JsonNode hour : answer.required("hours")) {
				sum += hour.required("missed").asInt();
			}
			counts.put(event, sum);
		}
		return counts;
	}

}
