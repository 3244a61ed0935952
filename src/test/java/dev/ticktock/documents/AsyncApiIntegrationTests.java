package dev.ticktock.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.Consumed;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks docs/asyncapi.yaml with the parser of its makers, and real messages against it.
 */
@RequiresRabbitMq(privateNode = true)
class AsyncApiIntegrationTests {

	private static final String EVENT = "a.job";

	private static final List<String> ATTRIBUTES = List.of("cloudEvents_specversion", "cloudEvents_id",
			"cloudEvents_source", "cloudEvents_type", "cloudEvents_subject", "cloudEvents_time");

	@BeforeAll
	static void install() throws Exception {
		AsyncApi.install();
	}

	@Test
	void theParserHasNothingToSayAndTheExamplesAreRight() throws Exception {
		assertThat(AsyncApi.problems(AsyncApi.DOCUMENT, List.of())).isEmpty();
	}

	@Test
	void whatIsWrongInTheDocumentIsNoticed(@TempDir Path folder) throws Exception {
		assertThat(problemsWith(folder, "type: topic", "type: pink")).contains("/amqp");
		assertThat(problemsWith(folder, "asyncapi: 3.1.0", "asyncapi: 3.0.0")).contains("asyncapi-latest-version");
		assertThat(problemsWith(folder, "previous: null\n", "previous: never\n")).contains("/previous must match");
		assertThat(problemsWith(folder, "            leader: ticktock-1\n", "            lead: ticktock-1\n"))
			.contains("required property 'leader'")
			.contains("lead is not described");
	}

	private static String problemsWith(Path folder, String text, String replacement) throws Exception {
		String document = Files.readString(AsyncApi.DOCUMENT);
		assertThat(document).contains(text);
		return AsyncApi.problems(
				Files.writeString(folder.resolve("asyncapi.yaml"), document.replace(text, replacement)), List.of());
	}

	@Test
	void ticksMissedTicksAndRegistrationsAreAsDescribed(@TempDir Path folder) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (TestTopology topology = new TestTopology(node.connectionFactory());
				ConfigurableApplicationContext tickTock = start(node, topology, "false")) {
			String missedExchange = topology.exchange() + ".missed";
			Consumed.await(topology.connection(), missedExchange);
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
				.allSatisfy((each) -> assertThat(each.properties().getHeaders()).doesNotContainKeys(
						ATTRIBUTES.toArray(String[]::new)));
			assertThat(AsyncApi.problems(AsyncApi.DOCUMENT, messages)).isEmpty();
			assertThat(tickTock.isRunning()).isTrue();
		}
	}
}
