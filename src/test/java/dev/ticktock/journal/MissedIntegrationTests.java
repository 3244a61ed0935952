package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Missed ticks, with a real broker: RabbitMQ 4.0 or newer.
 */
@RequiresRabbitMq
class MissedIntegrationTests {

	private static final String EVENT = "a.job";

	private static final List<String> TYPES = List.of("classic", "quorum");

	/** How many ticks of each kind are waited for. */
	private static final int TICKS = 3;

	private static ConfigurableApplicationContext start(TestTopology topology) {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
		arguments.add("--ticktock.scheduler.cron.a.job.cron=* * * * * *");
		arguments.add("--ticktock.scheduler.cron.a.job.validity=2s");
		arguments.add("--ticktock.observe.max-event-tags=100");
		return TickTockApp.start(arguments);
	}

	private static JsonNode event(ConfigurableApplicationContext app) {
		return JsonMapper.shared().readTree(TickTockApp.get(app, "/actuator/ticktock/" + EVENT).body());
	}

	private static Set<String> missed(JsonNode event) {
		Set<String> missed = new HashSet<>();
		event.required("missed")
			.forEach((each) -> missed.add("%s %s %s".formatted(each.required("slot").asString(),
					each.required("queue").asString(), each.required("reason").asString())));
		return missed;
	}

	/** Declares a queue that gives away what it cannot keep. */
	private static String declare(TestTopology topology, Channel channel, String name, Map<String, Object> arguments)
			throws IOException {
		String queue = topology.queue() + "." + name;
		Map<String, Object> all = new HashMap<>(arguments);
		all.put("x-dead-letter-exchange", topology.exchange() + ".missed");
		channel.queueDeclare(queue, true, false, false, all);
		channel.queueBind(queue, topology.exchange(), EVENT);
		return queue;
	}

	/** Returns the queues, each with the reason for which it gives ticks away. */
	private static Map<String, String> queues(TestTopology topology, Channel channel) throws IOException {
		Map<String, String> queues = new HashMap<>();
		for (String type : TYPES) {
			queues.put(declare(topology, channel, type + ".idle", Map.of("x-queue-type", type)), "expired");
			queues.put(declare(topology, channel, type + ".short", Map.of("x-queue-type", type, "x-max-length", 1)),
					"maxlen");
			String rejecting = declare(topology, channel, type + ".rejecting", Map.of("x-queue-type", type));
			queues.put(rejecting, "rejected");
			channel.basicConsume(rejecting, false, new DefaultConsumer(channel) {

				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
						throws IOException {
					channel.basicReject(envelope.getDeliveryTag(), false);
				}

			});
		}
		return queues;
	}

	/** A witness hears of each when TickTock does. */
	@Test
	void whatExpiresOverflowsOrIsRejectedIsCountedAndShownWithinTwoSeconds() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			Recorder witness = Recorder.bind(connection, topology.exchange() + ".missed", topology.queue() + ".witness",
					"#");
			Map<String, String> queues = new HashMap<>();
			Map<String, Duration> delays = new HashMap<>();
			try (ConfigurableApplicationContext app = start(topology)) {
				queues.putAll(queues(topology, channel));
				Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
					Set<String> shown = missed(event(app));
					heard(witness).forEach((tick, at) -> {
						if (shown.contains(tick)) {
							delays.putIfAbsent(tick, Duration.between(at, Instant.now()));
						}
					});
					return queues.entrySet()
						.stream()
						.allMatch((each) -> delays.keySet()
							.stream()
							.filter((tick) -> tick.endsWith(each.getKey() + " " + each.getValue()))
							.count() >= TICKS);
				});
				List<Duration> sorted = delays.values().stream().sorted().toList();
				assertThat(sorted.get(sorted.size() / 2)).isLessThan(Duration.ofSeconds(2));
				for (String queue : queues.keySet()) {
					channel.queueUnbind(queue, topology.exchange(), EVENT);
				}
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(app.getBean(MeterRegistry.class)
						.find("ticktock.ticks.missed")
						.tag("event", EVENT)
						.counters()
						.stream()
						.mapToDouble(Counter::count)
						.sum()).isEqualTo(heard(witness).size()));
			}
			finally {
				for (String queue : queues.keySet()) {
					channel.queueDelete(queue);
				}
				channel.queueDelete(topology.queue() + ".witness");
			}
		}
	}

	private static Map<String, Instant> heard(Recorder witness) {
		return witness.receipts()
			.stream()
			.collect(Collectors.toMap((receipt) -> "%s %s %s".formatted(receipt.slot(), death(receipt, "queue"),
					death(receipt, "reason")), Recorder.Receipt::at, (first, again) -> first));
	}

	private static String death(Recorder.Receipt receipt, String field) {
		List<?> deaths = (List<?>) Objects.requireNonNull(receipt.properties().getHeaders().get("x-death"));
		return String.valueOf(((Map<?, ?>) deaths.get(0)).get(field));
	}

}
