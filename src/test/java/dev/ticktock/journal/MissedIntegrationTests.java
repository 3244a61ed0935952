package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
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

	/** Binds a queue that dead-letters for a reason, and returns its name. */
	private static String bind(TestTopology topology, Channel channel, String type, String reason) throws IOException {
		String queue = "%s.%s.%s".formatted(topology.queue(), type, reason);
		Map<String, Object> arguments = new HashMap<>(
				Map.of("x-queue-type", type, "x-dead-letter-exchange", topology.exchange() + ".missed"));
		if (reason.equals("maxlen")) {
			arguments.put("x-max-length", 1);
		}
		channel.queueDeclare(queue, true, false, false, arguments);
		channel.queueBind(queue, topology.exchange(), EVENT);
		if (reason.equals("rejected")) {
			channel.basicConsume(queue, false,
					(tag, message) -> channel.basicReject(message.getEnvelope().getDeliveryTag(), false), (tag) -> {
					});
		}
		return queue;
	}

	/** A witness hears of each when TickTock does. */
	@Test
	void whatExpiresOverflowsOrIsRejectedIsShownWithinTwoSeconds() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext app = TickTockApp.start(RabbitMq.get().arguments(),
						"--ticktock.scheduler.exchange=" + topology.exchange(),
						"--ticktock.scheduler.cron.a.job.cron=* * * * * *",
						"--ticktock.scheduler.cron.a.job.validity=2s")) {
			Channel channel = topology.connection().createChannel();
			Recorder witness = Recorder.bind(topology.connection(), topology.exchange() + ".missed",
					topology.queue() + ".witness", "#");
			List<String> queues = new ArrayList<>();
			for (String reason : List.of("expired", "maxlen", "rejected")) {
				queues.add(bind(topology, channel, "classic", reason));
				queues.add(bind(topology, channel, "quorum", reason));
			}
			Map<String, Duration> delays = new HashMap<>();
			Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
				List<String> shown = missed(app);
				heard(witness).forEach((tick, at) -> {
					if (shown.contains(tick)) {
						delays.putIfAbsent(tick, Duration.between(at, Instant.now()));
					}
				});
				return queues.stream()
					.allMatch((queue) -> delays.keySet().stream().filter((tick) -> isOf(tick, queue)).count() >= TICKS);
			});
			List<Duration> sorted = delays.values().stream().sorted().toList();
			assertThat(sorted.get(sorted.size() / 2)).isLessThan(Duration.ofSeconds(2));
			queues.add(topology.queue() + ".witness");
			for (String queue : queues) {
				channel.queueDelete(queue);
			}
		}
	}

	private static boolean isOf(String tick, String queue) {
		return tick.endsWith("%s %s".formatted(queue, queue.substring(queue.lastIndexOf('.') + 1)));
	}

	private static List<String> missed(ConfigurableApplicationContext app) {
		return JsonMapper.shared()
			.readTree(TickTockApp.get(app, "/actuator/ticktock/" + EVENT).body())
			.required("missed")
			.valueStream()
			.map((each) -> "%s %s %s".formatted(each.required("slot").asString(), each.required("queue").asString(),
					each.required("reason").asString()))
			.toList();
	}

	private static Map<String, Instant> heard(Recorder witness) {
		return witness.receipts().stream().collect(Collectors.toMap((receipt) -> {
			Map<String, Object> headers = receipt.properties().getHeaders();
			return "%s %s %s".formatted(receipt.slot(), headers.get("x-first-death-queue"),
					headers.get("x-first-death-reason"));
		}, Recorder.Receipt::at, (first, again) -> first));
	}

}
