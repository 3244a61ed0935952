package dev.ticktock.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Missed ticks, and what the account of TickTock may do.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class MissedAccountIntegrationTests {

	private static final String PASSWORD = "secret";

	private final RabbitMqNode node = RabbitMqNode.shared();

	private ConfigurableApplicationContext start(TestTopology topology, String pattern) {
		String user = Names.unique("ticktock");
		this.node.ctl("add_user", user, PASSWORD);
		this.node.ctl("set_permissions", user, "^" + pattern + "$", "^(" + pattern + "|amq\\.default)$",
				"^" + pattern + "$");
		List<String> arguments = new ArrayList<>(List.of("--spring.rabbitmq.host=127.0.0.1",
				"--spring.rabbitmq.port=" + this.node.port(), "--spring.rabbitmq.username=" + user,
				"--spring.rabbitmq.password=" + PASSWORD, "--ticktock.scheduler.exchange=" + topology.exchange(),
				"--ticktock.discovery.enabled=false", "--ticktock.scheduler.cron.a.job.cron=* * * * * *",
				"--ticktock.scheduler.cron.a.job.validity=1s"));
		return TickTockApp.start(arguments);
	}

	/** The two commands are those of the documents. */
	@Test
	void theAdvisedPermissionsAndAPolicyAreEnough() throws Exception {
		try (TestTopology topology = new TestTopology(this.node.connectionFactory())) {
			String queue = topology.queue() + ".idle";
			this.node.ctl("set_policy", "-p", "/", "--apply-to", "queues", queue, "^" + queue.replace(".", "\\.") + "$",
					"{\"dead-letter-exchange\":\"%s.missed\"}".formatted(topology.exchange()));
			Channel channel = topology.connection().createChannel();
			channel.queueDeclare(queue, true, false, false, Map.of());
			channel.queueBind(queue, topology.exchange(), "a.job");
			try (ConfigurableApplicationContext app = start(topology,
					topology.exchange().replace(".", "\\.") + "(\\..*)?")) {
				Awaitility.await()
					.atMost(PATIENCE)
					.until(() -> app.getBean(MeterRegistry.class)
						.find("ticktock.ticks.missed")
						.tag("queue", queue)
						.counters()
						.stream()
						.mapToDouble(Counter::count)
						.sum() >= 2);
			}
			finally {
				channel.queueDelete(queue);
				this.node.ctl("clear_policy", "-p", "/", queue);
			}
		}
	}

	@Test
	void withoutThePermissionOneLineSaysSoAndTicksGoOn(CapturedOutput output) throws Exception {
		try (TestTopology topology = new TestTopology(this.node.connectionFactory());
				ConfigurableApplicationContext app = start(topology,
						topology.exchange().replace(".", "\\.") + "(\\.leader|\\.journal|\\.out)?")) {
			assertThat(app.isRunning()).isTrue();
			Awaitility.await().atMost(PATIENCE).until(() -> output.getAll().contains("Missed ticks are not shown"));
			topology.recorder().await(topology.recorder().receipts().size() + 3, Duration.ofSeconds(30));
			assertThat(output.getAll()).containsOnlyOnce("Missed ticks are not shown")
				.contains("\"%s.missed\": user \"".formatted(topology.exchange()))
				.contains("Grant it configure, write and read permission on the exchange")
				.contains("'^%s(\\..*)?$'".formatted(topology.exchange().replace(".", "\\.")))
				.containsOnlyOnce("Became leader");
		}
	}

}
