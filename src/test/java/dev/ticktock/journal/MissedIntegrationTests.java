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

import com.rabbitmq.client.Channel;
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

	private static Set<String> missed(ConfigurableApplicationContext app) {
		Set<String> missed = new HashSet<>();
		JsonNode event = JsonMapper.shared().readTree(TickTockApp.get(app, "/actuator/ticktock/" + EVENT).body());
		event.required("missed")
			.forEach((each) -> missed.add("%s %s %s".formatted(each.required("slot").asString(),
					each.required("queue").asString(), each.required("reason").asString())));
		return missed;
	}

	/** Binds queues, and returns each with the reason for which it gives ticks away. */
	private static Map<String, String> queues(TestTopology topology, Channel channel) throws IOException {
		Map<String, String> queues = new HashMap<>();
		for (String type : List.of("classic", "quorum")) {
			queues.put(declare(topology, channel, type, "idle", -1), "expired");
			queues.put(declare(topology, channel, type, "short", 1), "maxlen");
			String rejecting = declare(topology, channel, type, "rejecting", -1);
			queues.put(rejecting, "rejected");
			channel.basicConsume(rejecting, false,
					(tag, message) -> channel.basicReject(message.getEnvelope().getDeliveryTag(), false), (tag) -> {
					});
		}
		return queues;
	}

	private static String declare(TestTopology topology, Channel channel, String type, String name, int length)
			throws IOException {
		String queue = topology.queue() + "." + type + "." + name;
		Map<String, Object> arguments = new HashMap<>(
				Map.of("x-queue-type", type, "x-dead-letter-exchange", topology.exchange() + ".missed"));
		if (length > 0) {
			arguments.put("x-max-length", length);
		}
		channel.queueDeclare(queue, true, false, false, arguments);
		channel.queueBind(queue, topology.exchange(), EVENT);
		return queue;
	}

	/** A witness hears of each when TickTock does. */
	@Test
	void whatExpiresOverflowsOrIsRejectedIsCountedAndShownWithinTwoSeconds() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext app = start(topology)) {
			Channel channel = topology.connection().createChannel();
			Recorder witness = Recorder.bind(topology.connection(), topology.exchange() + ".missed",
					topology.queue() + ".witness", "#");
			Map<String, String> queues = queues(topology, channel);
			Map<String, Duration> delays = new HashMap<>();
			Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
				Set<String> shown = missed(app);
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
			for (String queue : queues.keySet()) {
				channel.queueDelete(queue);
			}
			channel.queueDelete(topology.queue() + ".witness");
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
