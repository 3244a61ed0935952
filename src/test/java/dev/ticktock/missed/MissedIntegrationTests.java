package dev.ticktock.missed;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.Trust;
import dev.ticktock.missed.MissedReader.Destination;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.support.Consumed;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What nobody takes, with a real broker.
 */
@RequiresRabbitMq
@ExtendWith(OutputCaptureExtension.class)
class MissedIntegrationTests {

	private static final String EVENT = "a.job";

	private static final List<String> TYPES = List.of("classic", "quorum");

	/** How many ticks of each kind are waited for. */
	private static final int TICKS = 3;

	private static ConfigurableApplicationContext start(TestTopology topology, String... more) {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
		arguments.add("--ticktock.scheduler.cron.a.job.cron=* * * * * *");
		arguments.add("--ticktock.scheduler.cron.a.job.validity=2s");
		arguments.add("--ticktock.observe.max-event-tags=100");
		return TickTockApp.start(arguments, more);
	}

	private static JsonNode event(ConfigurableApplicationContext app) throws Exception {
		URI uri = URI.create("http://localhost:%s/actuator/ticktock/%s"
			.formatted(app.getEnvironment().getProperty("local.server.port"), EVENT));
		return JsonMapper.shared()
			.readTree(HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
				.body());
	}

	private static Set<String> missed(JsonNode event) {
		Set<String> missed = new HashSet<>();
		event.required("missed")
			.forEach((each) -> missed.add("%s %s %s".formatted(each.required("slot").asString(),
					each.required("queue").asString(), each.required("reason").asString())));
		return missed;
	}

	/** Declares a queue that gives away what it cannot keep. */
	private static String declare(TestTopology topology, Channel channel, String name, Map<String, Object> arguments)
			throws IOException {
		String queue = topology.queue() + "." + name;
		Map<String, Object> all = new HashMap<>(arguments);
		all.put("x-dead-letter-exchange", topology.exchange() + ".missed");
		channel.queueDeclare(queue, true, false, false, all);
		channel.queueBind(queue, topology.exchange(), EVENT);
		return queue;
	}

	/** Returns the queues, each with the reason for which it gives ticks away. */
	private static Map<String, String> queues(TestTopology topology, Channel channel) throws IOException {
		Map<String, String> queues = new HashMap<>();
		for (String type : TYPES) {
			queues.put(declare(topology, channel, type + ".idle", Map.of("x-queue-type", type)), "expired");
			queues.put(declare(topology, channel, type + ".short", Map.of("x-queue-type", type, "x-max-length", 1)),
					"maxlen");
			String rejecting = declare(topology, channel, type + ".rejecting", Map.of("x-queue-type", type));
			queues.put(rejecting, "rejected");
			channel.basicConsume(rejecting, false, new DefaultConsumer(channel) {

				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
						throws IOException {
					channel.basicReject(envelope.getDeliveryTag(), false);
				}

			});
		}
		return queues;
	}

	/** A witness hears of each when TickTock does. */
	@Test
	void whatExpiresOverflowsOrIsRejectedIsCountedAndShownWithinTwoSeconds() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			Recorder witness = Recorder.bind(connection, topology.exchange() + ".missed", topology.queue() + ".witness",
					"#");
			Map<String, String> queues = new HashMap<>();
			Map<String, Duration> delays = new HashMap<>();
			try (ConfigurableApplicationContext app = start(topology)) {
				Consumed.await(connection, topology.exchange() + ".missed");
				queues.putAll(queues(topology, channel));
				Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
					Set<String> shown = missed(event(app));
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
				System.out.printf("missed ticks shown after %d ms at the median, %d ms at most, of %d%n",
						sorted.get(sorted.size() / 2).toMillis(), sorted.get(sorted.size() - 1).toMillis(),
						sorted.size());
				assertThat(sorted.get(sorted.size() / 2)).isLessThan(Duration.ofSeconds(2));
				for (String queue : queues.keySet()) {
					channel.queueUnbind(queue, topology.exchange(), EVENT);
				}
				Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
					int heard = heard(witness).size();
					assertThat(app.getBean(MeterRegistry.class)
						.find("ticktock.ticks.missed")
						.tag("event", EVENT)
						.counters()
						.stream()
						.mapToDouble(Counter::count)
						.sum()).isEqualTo(heard);
				});
			}
			finally {
				for (String queue : queues.keySet()) {
					channel.queueDelete(queue);
				}
				channel.queueDelete(topology.queue() + ".witness");
			}
		}
	}

	/** A classic queue would deliver it for ever; other ticks are missed before it. */
	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void aMessageThatIsTooLargeIsDroppedAndTheNextOnesCount(String type, CapturedOutput output) throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			String queue = "";
			try (ConfigurableApplicationContext app = start(topology, "--ticktock.leader.queue-type=" + type)) {
				Consumed.await(connection, topology.exchange() + ".missed");
				for (int i = 0; i < 3; i++) {
					channel.basicPublish(topology.exchange() + ".missed", "small", null, new byte[0]);
				}
				channel.basicPublish(topology.exchange() + ".missed", "large", null, new byte[100_000]);
				channel.basicPublish(topology.exchange() + ".missed", "large", null, new byte[100_000]);
				queue = declare(topology, channel, "idle", Map.of("x-queue-type", type));
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(missed(event(app))).hasSizeGreaterThan(3));
				assertThat(output)
					.contains("Dropped a message of \"" + topology.exchange() + ".missed\" that cannot be read, and ");
			}
			finally {
				channel.queueDelete(queue);
			}
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

	/** As if a leader were killed after the journal has confirmed its record. */
	@Test
	void whatTwoLeadersHaveWrittenDownIsCountedOnce() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Connection second = RabbitMq.get().connect()) {
			Channel channel = topology.connection().createChannel();
			String given = topology.exchange() + ".missed";
			channel.exchangeDeclare(given, "topic", true);
			channel.queueDeclare(given, true, false, false, Map.of("x-queue-type", "quorum"));
			channel.queueBind(given, given, "#");
			String idle = declare(topology, channel, "idle", Map.of());
			try (ConfigurableApplicationContext app = start(topology, "--ticktock.missed.enabled=false")) {
				Awaitility.await().atMost(PATIENCE).until(() -> channel.messageCount(given) >= TICKS);
				channel.queueUnbind(idle, topology.exchange(), EVENT);
				Awaitility.await().atMost(PATIENCE).until(() -> channel.messageCount(idle) == 0);
				long ticks = channel.messageCount(given);
				Connection first = RabbitMq.get().connect();
				MissedReader killed = reader(app, topology, killedBeforeItAcknowledges(first));
				killed.attach(given, "killed");
				Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
					killed.look();
					return !first.isOpen();
				});
				Awaitility.await().atMost(PATIENCE).until(() -> missed(event(app)).size() == ticks);
				MissedReader next = reader(app, topology, second.createChannel());
				next.attach(given, "next");
				Awaitility.await().atMost(PATIENCE).until(() -> {
					next.look();
					return channel.messageCount(given) == 0 && channel.consumerCount(given) == 1;
				});
				AtomicReference<String> after = new AtomicReference<>();
				publishAfter(topology, after);
				Awaitility.await()
					.atMost(PATIENCE)
					.until(() -> event(app).required("ticks").toString().contains(after.get()));
				assertThat(missed(event(app))).hasSize((int) ticks);
			}
			finally {
				channel.queueDelete(idle);
			}
		}
	}

	/** When a later tick is shown, the second record has been read. */
	private static void publishAfter(TestTopology topology, AtomicReference<String> slot) {
		int heard = topology.recorder().receipts().size();
		topology.recorder().await(heard + 2, PATIENCE);
		List<Recorder.Receipt> receipts = topology.recorder().receipts();
		slot.set(receipts.get(receipts.size() - 1).slot().toString());
	}

	private static MissedReader reader(ConfigurableApplicationContext app, TestTopology topology, Channel channel) {
		Uptime uptime = app.getBean(Uptime.class);
		Vetting vetting = new Vetting(app.getBean(ScheduleSource.class), app.getBean(ClockTolerance.class),
				new SimpleMeterRegistry(), uptime);
		Destination journal = new Destination(topology.exchange() + ".journal", (missed) -> {
		}, app.getBean(Trust.class));
		return new MissedReader(channel, vetting, journal, "a run of the test", app.getBean(Clock.class), uptime);
	}

	private static Channel killedBeforeItAcknowledges(Connection connection) throws IOException {
		Channel channel = connection.createChannel();
		return (Channel) Proxy.newProxyInstance(Channel.class.getClassLoader(), new Class<?>[] { Channel.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("basicAck")) {
						connection.abort();
						throw new IOException("killed");
					}
					try {
						return method.invoke(channel, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
