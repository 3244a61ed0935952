package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Role;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue that is full and rejects harms nobody but its own worker.
 */
@RequiresRabbitMq
class RefusingQueueIntegrationTests {

	/** For 14 slots of a schedule that is due each second: no time to be held up. */
	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String EVENT = "a.job";

	private static final String PASSWORD = "secret";

	/**
	 * The account has the permissions that the documents advise, which are none on the
	 * queues of workers.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	@RequiresRabbitMq(privateNode = true)
	void theOtherQueueHasEverySlotOnceWhenTheLeaderChanges(String type) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (TestTopology topology = new TestTopology(node.connectionFactory());
				Channel channel = topology.connection().createChannel()) {
			String full = fill(channel, topology.exchange(), type);
			List<String> arguments = arguments(topology, leastPrivileged(node, topology.exchange()));
			arguments.addAll(List.of("--spring.rabbitmq.host=127.0.0.1", "--spring.rabbitmq.port=" + node.port(),
					"--ticktock.discovery.management-url=http://127.0.0.1:" + node.managementPort(),
					// A worker of other tests is on the class path, and may not declare
					// its queue.
					"--spring.rabbitmq.listener.simple.auto-startup=false"));
			try (ConfigurableApplicationContext first = TickTockApp.start(arguments)) {
				awaitSlots(topology, 2);
				try (ConfigurableApplicationContext second = TickTockApp.start(arguments)) {
					awaitRole(second, Role.STANDBY);
					first.stop();
					awaitRole(second, Role.LEADER);
					awaitSlots(topology, slots(topology).size() + 14);
				}
			}
			finally {
				channel.queueDelete(full);
			}
			List<Instant> slots = slots(topology);
			assertThat(slots).doesNotHaveDuplicates();
			assertContiguous(slots);
		}
	}

	@Test
	void rejectedTicksAreCountedAndNotRepeatedAndTheLeadStays() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Channel channel = topology.connection().createChannel()) {
			String full = fill(channel, topology.exchange(), "classic");
			List<String> arguments = arguments(topology, RabbitMq.get().arguments());
			try (ConfigurableApplicationContext app = TickTockApp.start(arguments)) {
				awaitSlots(topology, 14);
				List<Instant> slots = slots(topology);
				assertThat(slots).doesNotHaveDuplicates();
				assertContiguous(slots);
				Counter rejected = app.getBean(MeterRegistry.class)
					.get("ticktock.ticks.refused")
					.tag("event", EVENT)
					.counter();
				assertThat(rejected.count()).isGreaterThanOrEqualTo(slots.size() - 1);
				Leadership leadership = app.getBean(Leadership.class);
				assertThat(leadership.status().since()).isBefore(slots.get(0).plusSeconds(1));
			}
			finally {
				channel.queueDelete(full);
			}
		}
	}

	private static String fill(Channel channel, String exchange, String type) throws Exception {
		String full = Names.unique("test.full");
		channel.queueDeclare(full, true, false, false,
				Map.of("x-queue-type", type, "x-max-length", 1, "x-overflow", "reject-publish"));
		channel.queueBind(full, exchange, EVENT);
		channel.confirmSelect();
		// A quorum queue takes one more than its length.
		Awaitility.await("a full queue").atMost(PATIENCE).until(() -> {
			channel.basicPublish("", full, null, new byte[0]);
			return !channel.waitForConfirms();
		});
		return full;
	}

	private static List<String> arguments(TestTopology topology, List<String> account) {
		List<String> arguments = new ArrayList<>(account);
		arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
		arguments.add("--ticktock.scheduler.cron.a.job.cron=* * * * * *");
		arguments.add("--ticktock.scheduler.cron.a.job.validity=1m");
		return arguments;
	}

	private static List<String> leastPrivileged(RabbitMqNode node, String exchange) {
		String user = Names.unique("ticktock");
		String own = exchange.replace(".", "\\.") + "(\\..*)?";
		node.ctl("add_user", user, PASSWORD);
		node.ctl("set_user_tags", user, "management");
		node.ctl("set_permissions", "-p", "/", user, "^" + own + "$", "^(" + own + "|amq\\.default)$", "^" + own + "$");
		return List.of("--spring.rabbitmq.username=" + user, "--spring.rabbitmq.password=" + PASSWORD);
	}

	private static void awaitRole(ConfigurableApplicationContext app, Role role) {
		Leadership leadership = app.getBean(Leadership.class);
		Awaitility.await(role.name()).atMost(PATIENCE).until(() -> leadership.status().role() == role);
	}

	private static void awaitSlots(TestTopology topology, int count) {
		Awaitility.await(count + " slots")
			.atMost(LIMIT)
			.until(() -> slots(topology).stream().distinct().count() >= count);
	}

	private static void assertContiguous(List<Instant> slots) {
		for (int i = 0; i < slots.size(); i++) {
			assertThat(slots).contains(slots.get(0).plusSeconds(i));
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
