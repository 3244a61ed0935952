package dev.ticktock.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.LongString;
import dev.ticktock.support.Commands;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.Skipped;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks docs/asyncapi.yaml with the parser of its makers, and real messages against it.
 * The program that does so is in src/test/asyncapi; npm brings what it needs.
 */
@RequiresRabbitMq(privateNode = true)
@Execution(ExecutionMode.SAME_THREAD)
class AsyncApiIntegrationTests {

	private static final Path DOCUMENT = Path.of("docs/asyncapi.yaml");

	private static final Path SOURCE = Path.of("src/test/asyncapi");

	private static final Path FOLDER = Path.of("target/asyncapi");

	private static final String EVENT = "a.job";

	private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {
	};

	private static final JsonMapper JSON = JsonMapper.builder()
		.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
		.changeDefaultPropertyInclusion((before) -> before.withValueInclusion(JsonInclude.Include.NON_NULL))
		.addMixIn(AMQP.BasicProperties.class, PropertiesAlone.class)
		.addModule(new SimpleModule().addSerializer(LongString.class, ToStringSerializer.instance))
		.build();

	/** Installs the program, once in a build folder. */
	@BeforeAll
	static void install() throws Exception {
		Skipped.unlessInstalled("npm", "npm");
		Files.createDirectories(FOLDER);
		for (String file : List.of(".npmrc", "package.json", "package-lock.json", "check.mjs")) {
			Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
		}
		if (Files.notExists(FOLDER.resolve("node_modules"))) {
			Commands.run(new ProcessBuilder("npm", "ci").directory(FOLDER.toFile()));
		}
	}

	/** Checks the document with its examples, and messages against it. */
	private static void assertDescribed(List<Map<String, ?>> messages) throws IOException {
		Path input = Files.write(FOLDER.resolve("messages"), messages.stream().map(JSON::writeValueAsString).toList());
		String output = Commands.run(
				new ProcessBuilder("node", "check.mjs", DOCUMENT.toAbsolutePath().toString()).directory(FOLDER.toFile())
					.redirectInput(input.toFile()));
		assertThat(output).matches("\\d+ checked\n");
		assertThat(Integer.parseInt(output.replaceAll("\\D", ""))).isGreaterThan(messages.size());
	}

	@Test
	void documentAndExamplesAreRightAndMessagesAreAsDescribed(@TempDir Path folder) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		List<Map<String, ?>> messages = new ArrayList<>();
		try (TestTopology topology = new TestTopology(node.connectionFactory());
				ConfigurableApplicationContext tickTock = start(node, topology)) {
			assertThat(tickTock.isRunning()).isTrue();
			String missedExchange = topology.exchange() + ".missed";
			Recorder missed = Recorder.bind(topology.connection(), missedExchange, missedExchange + ".witness", "#");
			for (Map<String, Object> registration : registrations()) {
				bind(topology, "registered." + messages.size(), registration, Map.of());
				messages.add(Map.of("schema", "registration", "value", registration));
			}
			assertThat(messages).hasSize(3);
			bind(topology, EVENT, Map.of(),
					Map.of("x-message-ttl", 0, "x-dead-letter-exchange", missedExchange, "x-queue-type", "classic"));
			bind(topology, EVENT, Map.of(),
					Map.of("x-max-length", 0, "x-dead-letter-exchange", missedExchange, "x-queue-type", "quorum"));
			String rejecting = bind(topology, EVENT, Map.of(), Map.of("x-dead-letter-exchange", missedExchange));
			Channel channel = topology.connection().createChannel();
			channel.basicConsume(rejecting, false,
					(tag, message) -> channel.basicReject(message.getEnvelope().getDeliveryTag(), false), (tag) -> {
					});
			publishByHand(node, topology, folder);
			await(topology.recorder(), "registered.2");
			await(topology.recorder(), EVENT);
			for (String reason : List.of("expired", "maxlen", "rejected")) {
				messages.add(message("missedTick", await(missed, reason)));
			}
			List<Receipt> receipts = topology.recorder().receipts();
			List<Receipt> ticks = receipts.stream().filter((each) -> each.properties().getAppId() != null).toList();
			assertThat(ticks).hasSizeGreaterThan(2).hasSize(receipts.size() - 1);
			receipts.forEach((each) -> messages.add(message(ticks.contains(each) ? "tick" : "byHand", each)));
		}
		assertDescribed(messages);
	}

	private static ConfigurableApplicationContext start(RabbitMqNode node, TestTopology topology) {
		return TickTockApp.start(node.arguments("--ticktock.discovery.interval=1s",
				"--ticktock.scheduler.exchange=" + topology.exchange(), "--ticktock.scheduler.cron.a.job=* * * * * *"));
	}

	private static List<Map<String, Object>> registrations() throws IOException {
		JsonNode root = JSON.valueToTree(new Yaml().<Object>load(Files.readString(DOCUMENT)));
		return root.at("/components/schemas/registration/examples")
			.valueStream()
			.map((example) -> JSON.convertValue(example, MAP))
			.toList();
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

	private static void publishByHand(RabbitMqNode node, TestTopology topology, Path folder) throws Exception {
		String program = Document.of("docs/tick.md").block("python", "basic_publish").text();
		try (Program publisher = Program.python(folder, node.port(),
				program.replace("cron.schedule", topology.exchange()))) {
			assertThat(publisher.exitCode()).as("%s", publisher).isZero();
		}
	}

	/** Waits for a message of an event, or with a reason in its first death. */
	private static Receipt await(Recorder recorder, String eventOrReason) {
		return Patience.await(eventOrReason)
			.until(() -> recorder.receipts()
				.stream()
				.filter((each) -> each.event().equals(eventOrReason) || eventOrReason
					.equals(String.valueOf(each.properties().getHeaders().get("x-first-death-reason"))))
				.findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	/** Returns a message as the program takes it, as one of those in the document. */
	private static Map<String, ?> message(String name, Receipt receipt) {
		Map<String, Object> properties = JSON.convertValue(receipt.properties(), MAP);
		properties.computeIfPresent("timestamp",
				(key, timestamp) -> Instant.parse(timestamp.toString()).getEpochSecond());
		return Map.of("message", name, "headers",
				Optional.ofNullable(receipt.properties().getHeaders()).orElse(Map.of()), "properties", properties,
				"payload", JSON.readTree(receipt.body()));
	}

	/**
	 * Without headers, and without what is no property.
	 */
	@JsonIgnoreProperties({ "headers", "classId", "className", "bodySize", "class_id", "class_name", "body_size" })
	private interface PropertiesAlone {

	}

}
