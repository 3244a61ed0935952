package dev.ticktock.documents;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks docs/asyncapi.yaml with the parser of its makers, and real messages against it.
 */
@RequiresRabbitMq(privateNode = true)
@Execution(ExecutionMode.SAME_THREAD)
class AsyncApiIntegrationTests {

	private static final String EVENT = "a.job";

	@BeforeAll
	static void install() throws Exception {
		AsyncApi.install();
	}

	@Test
	void theParserHasNothingToSayAndTheExamplesAreRight() throws Exception {
		assertThat(AsyncApi.problems(AsyncApi.DOCUMENT, List.of())).isEmpty();
	}

	@Test
	void ticksMissedTicksAndRegistrationsAreAsDescribed(@TempDir Path folder) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (TestTopology topology = new TestTopology(node.connectionFactory());
				ConfigurableApplicationContext tickTock = start(node, topology)) {
			String missedExchange = topology.exchange() + ".missed";
			Recorder missed = Recorder.bind(topology.connection(), missedExchange, missedExchange + ".witness", "#");
			List<Map<String, ?>> messages = new ArrayList<>();
			for (Map<String, Object> arguments : AsyncApi.examples("registration")) {
				bind(topology, "registered." + messages.size(), arguments, Map.of());
				messages.add(Map.of("schema", "registration", "value", arguments));
			}
			assertThat(messages).hasSize(3);
			bind(topology, EVENT, Map.of(),
					Map.of("x-message-ttl", 0, "x-dead-letter-exchange", missedExchange, "x-queue-type", "classic"));
			bind(topology, EVENT, Map.of(),
					Map.of("x-max-length", 0, "x-dead-letter-exchange", missedExchange, "x-queue-type", "quorum"));
			rejectFrom(topology.connection(),
					bind(topology, EVENT, Map.of(), Map.of("x-dead-letter-exchange", missedExchange)));
			publishByHand(node, topology, folder);
			await(topology.recorder(), "registered.2");
			await(topology.recorder(), EVENT);
			for (String reason : List.of("expired", "maxlen", "rejected")) {
				messages.add(AsyncApi.message("missedTick", await(missed, reason)));
			}
			assertThat(topology.recorder().receipts()).filteredOn((each) -> each.properties().getAppId() == null)
				.singleElement()
				.satisfies((each) -> messages.add(AsyncApi.message("byHand", each)));
			List<Receipt> ticks = ticks(topology);
			ticks.forEach((each) -> messages.add(AsyncApi.message("tick", each)));
			assertThat(ticks).hasSizeGreaterThan(2)
				.allSatisfy((each) -> assertThat(each.properties().getHeaders()).containsOnlyKeys("event", "timestamp",
						"leader"));
			assertThat(AsyncApi.problems(AsyncApi.DOCUMENT, messages)).isEmpty();
			assertThat(tickTock.isRunning()).isTrue();
		}
	}

	private static ConfigurableApplicationContext start(RabbitMqNode node, TestTopology topology) {
		return TickTockApp.start(List.of("--spring.rabbitmq.port=" + node.port(),
				"--ticktock.discovery.management-url=http://localhost:" + node.managementPort(),
				"--ticktock.discovery.interval=1s", "--ticktock.scheduler.exchange=" + topology.exchange(),
				"--ticktock.scheduler.cron.a.job=* * * * * *"));
	}

	/** Binds another queue, and returns its name. */
	private static String bind(TestTopology topology, String event, Map<String, Object> registration,
			Map<String, Object> arguments) throws Exception {
		try (Channel channel = topology.connection().createChannel()) {
			String queue = Names.unique(topology.exchange());
			channel.queueDeclare(queue, true, false, false, arguments);
			channel.queueBind(queue, topology.exchange(), event, registration);
			return queue;
		}
	}

	private static void rejectFrom(Connection connection, String queue) throws IOException {
		Channel channel = connection.createChannel();
		channel.basicConsume(queue, false,
				(tag, message) -> channel.basicReject(message.getEnvelope().getDeliveryTag(), false), (tag) -> {
				});
	}

	private static void publishByHand(RabbitMqNode node, TestTopology topology, Path folder) throws Exception {
		String program = PythonProgram
			.at(node.port(), Document.of("docs/tick.md").block("python", "basic_publish").text())
			.replace("cron.schedule", topology.exchange());
		try (PythonProgram publisher = new PythonProgram(folder, program)) {
			assertThat(publisher.exitCode()).as("it ends: " + publisher.lines()).isZero();
		}
	}

	/** Waits for a message of an event, or with a reason in its first death. */
	private static Receipt await(Recorder recorder, String eventOrReason) {
		return Awaitility.await(eventOrReason)
			.atMost(PATIENCE)
			.until(() -> recorder.receipts()
				.stream()
				.filter((each) -> each.event().equals(eventOrReason) || eventOrReason
					.equals(String.valueOf(each.properties().getHeaders().get("x-first-death-reason"))))
				.findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	private static List<Receipt> ticks(TestTopology topology) {
		return topology.recorder().receipts().stream().filter((each) -> each.properties().getAppId() != null).toList();
	}

}
