package dev.ticktock.chaos;

import java.util.Map;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The differences of RabbitMQ 4.3 from 3.10 that no other test depends on, each with the
 * behaviour of TickTock.
 */
@RequiresRabbitMq(privateNode = true)
@EnabledIfSystemProperty(named = "ticktock.test.rabbitmq.version", matches = "4\\.3")
class RabbitMq43IntegrationTests {

	private final String exchange = Names.unique("chaos.43");

	/**
	 * Up to 4.2 the broker closes the channel. A leader renews its token less often than
	 * the broker allows here.
	 */
	@Test
	void from43AnAcknowledgementTimeoutCancelsTheConsumer() {
		try (RabbitMqNode node = new RabbitMqNode("consumer_timeout = 5000").start();
				Scenario scenario = new Scenario(node, "cancelled", 2)) {
			scenario.leader().awaitLog("the broker cancelled the consumer of ");
			scenario.goOn(12);
			scenario.assertNothingMissingOrDoubled("consumer of the leader queue cancelled every 5 s",
					scenario.replicas.names()
						.stream()
						.map((name) -> scenario.replicas.terms(name).size() + " terms")
						.toList()
						.toString());
		}
	}

	@Test
	void from43ALeaderQueueWithoutATimeoutForAConsumerWhoseNodeHasDiedIsTakenAsItIs() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Connection connection = node.connectionFactory().newConnection()) {
			connection.createChannel()
				.queueDeclare(this.exchange + ".leader", true, false, false,
						Map.of("x-queue-type", "quorum", "x-single-active-consumer", true));
		}
		try (TickTockProcess replica = TickTockProcess.start(TenJobs.arguments(node, this.exchange))) {
			replica.awaitLog("Became leader");
			assertThat(node.ctl("list_queues", "name", "arguments").lines())
				.filteredOn((line) -> line.startsWith(this.exchange + ".leader\t"))
				.singleElement()
				.asString()
				.doesNotContain("x-consumer-disconnected-timeout");
		}
	}

	@Test
	void from43SchedulesAreRegisteredAtABrokerThatCollectsNoMetrics() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode("management_agent.disable_metrics_collector = true",
				"deprecated_features.permit.management_metrics_collection = false")
			.start();
				Connection worker = node.connectionFactory().newConnection();
				TickTockProcess replica = TickTockProcess
					.start(node.arguments("--ticktock.scheduler.exchange=" + this.exchange))) {
			replica.awaitLog("Became leader");
			Recorder recorder = Recorder.bind(worker, this.exchange, this.exchange + ".report", "report.often",
					Map.of("cron", "*/2 * * * * *"));
			replica.awaitLog("Workers have registered report.often");
			recorder.await(1, PATIENCE);
		}
	}

}
