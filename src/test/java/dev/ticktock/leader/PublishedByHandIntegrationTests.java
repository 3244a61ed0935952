package dev.ticktock.leader;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody publishes by hand to have a job run now.
 */
@RequiresRabbitMq
class PublishedByHandIntegrationTests {

	private static final String EVENT = "a.job";

	@Test
	void theJobRunsAndTheNextLeaderGoesOnAsIfNothingHadBeen() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
			arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
			arguments.add("--ticktock.scheduler.cron.a.job.cron=* * * * * *");
			arguments.add("--ticktock.scheduler.cron.a.job.validity=5m");
			try (ConfigurableApplicationContext first = TickTockApp.start(arguments)) {
				assertThat(first.isRunning()).isTrue();
				awaitTicks(topology, 2);
				publishByHand(topology);
			}
			Awaitility.await().atMost(PATIENCE).until(() -> byHand(topology) == 3);
			try (ConfigurableApplicationContext second = TickTockApp.start(arguments)) {
				assertThat(second.isRunning()).isTrue();
				awaitTicks(topology, ticks(topology).size() + 3);
			}
			List<Instant> slots = ticks(topology).stream().map(Receipt::slot).toList();
			for (int i = 0; i < slots.size(); i++) {
				assertThat(slots.get(i)).isEqualTo(slots.get(0).plusSeconds(i));
			}
		}
	}

	/** With nothing, with the hour of a later slot, and as a copy of a tick that was. */
	private static void publishByHand(TestTopology topology) throws Exception {
		Channel channel = topology.connection().createChannel();
		byte[] body = "by hand".getBytes(StandardCharsets.UTF_8);
		Date later = Date.from(Instant.now().plusSeconds(3600));
		channel.basicPublish(topology.exchange(), EVENT, null, body);
		channel.basicPublish(topology.exchange(), EVENT,
				new AMQP.BasicProperties.Builder().appId("ticktock").type("tick").timestamp(later).build(), body);
		channel.basicPublish(topology.exchange(), EVENT, ticks(topology).get(0).properties(), body);
	}

	private static void awaitTicks(TestTopology topology, int count) {
		Awaitility.await().atMost(PATIENCE).until(() -> ticks(topology).size() >= count);
	}

	private static List<Receipt> ticks(TestTopology topology) {
		return topology.recorder()
			.receipts()
			.stream()
			.filter((receipt) -> receipt.event().equals(EVENT) && receipt.body().startsWith("{"))
			.toList();
	}

	private static long byHand(TestTopology topology) {
		return topology.recorder().receipts().stream().filter((receipt) -> receipt.body().equals("by hand")).count();
	}

}
