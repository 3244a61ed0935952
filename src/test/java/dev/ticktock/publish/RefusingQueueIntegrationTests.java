package dev.ticktock.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import dev.ticktock.leader.Leadership;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue that is full and rejects harms nobody but its own worker.
 */
@RequiresRabbitMq
class RefusingQueueIntegrationTests {

	/** For 14 slots of a schedule that is due each second: no time to be held up. */
	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String EVENT = "a.job";

	@Test
	void theOtherQueueHasEverySlotAndTheLeadStays() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			String full = Names.unique("test.full");
			Channel channel = topology.connection().createChannel();
			channel.queueDeclare(full, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
			channel.queueBind(full, topology.exchange(), EVENT);
			channel.basicPublish("", full, null, new byte[0]);
			List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
			arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
			arguments.add("--ticktock.scheduler.cron.a.job=* * * * * *");
			try (ConfigurableApplicationContext app = TickTockApp.start(arguments)) {
				Awaitility.await().atMost(LIMIT).until(() -> slots(topology).stream().distinct().count() >= 14);
				List<Instant> slots = slots(topology);
				List<Instant> distinct = slots.stream().distinct().toList();
				for (int i = 0; i < distinct.size(); i++) {
					assertThat(distinct).contains(distinct.get(0).plusSeconds(i));
				}
				// Two attempts to find out whether the queue is full.
				assertThat(slots).hasSizeLessThanOrEqualTo(distinct.size() + 2);
				Leadership leadership = app.getBean(Leadership.class);
				assertThat(leadership.status().since()).isBefore(distinct.get(0).plusSeconds(1));
			}
			finally {
				channel.queueDelete(full);
			}
		}
	}

	private static List<Instant> slots(TestTopology topology) {
		return topology.recorder()
			.receipts()
			.stream()
			.filter((receipt) -> receipt.event().equals(EVENT))
			.map(Receipt::slot)
			.toList();
	}

}
