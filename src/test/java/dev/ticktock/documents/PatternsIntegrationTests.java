package dev.ticktock.documents;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Patience;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs each block of docs/patterns.md on RabbitMQ as it stands there. Only the port,
 * names of hosts and how long something takes are the test's.
 */
@RequiresRabbitMq(privateNode = true)
@Execution(ExecutionMode.SAME_THREAD)
class PatternsIntegrationTests {

	private static final Document PATTERNS = Document.of("docs/patterns.md");

	private static final String EXCHANGE = "cron.schedule";

	private static final String OUT = "cron.schedule.out";

	private static final String MISSED = "cron.schedule.missed";

	private static final String EVENT = "cron.minute.15";

	/** The one schedule that is due: the test publishes all other ticks itself. */
	private static final String EACH_SECOND = "cron.second.30";

	private static final Instant FIRST_SLOT = Instant.parse("2026-03-01T10:00:00Z");

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final Duration SHORT = Duration.ofMillis(300);

	/** What makes a declaration of the document a program. */
	private static final String BEFORE = """
			import pika
			with pika.BlockingConnection(pika.ConnectionParameters("localhost")) as connection:
			    channel = connection.channel()
			""";

	private static final RabbitMqNode NODE = RabbitMqNode.shared();

	private static final List<String> QUEUES = List.of("report", "poll", "mail", "mail-before", "cache.stays",
			"cache.goes", "index", "upload", "upload.wait", "billing", "backup", "closing", "mirror", "invoices",
			"statistics", "cleanup");

	private static ConfigurableApplicationContext tickTock;

	private static Connection connection;

	private static Recorder missed;

	private static Recorder eachSecond;

	private static int published;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() throws Exception {
		List<String> arguments = NODE.arguments("--ticktock.discovery.interval=1s",
				"--ticktock.scheduler.cron.%s=* * * * * *".formatted(EACH_SECOND));
		for (String event : List.of(EVENT, "cron.hour.1", "cron.hour.2", "cron.hour.4", "cron.hour.6", "cron.hour.8",
				"cron.hour.12", "cron.hour.16", "cron.day.1")) {
			arguments.add("--ticktock.scheduler.cron.%s=-".formatted(event));
		}
		tickTock = TickTockApp.start(arguments);
		connection = NODE.connectionFactory().newConnection("test");
		missed = Recorder.bind(connection, MISSED, "witness.missed", "#");
		eachSecond = Recorder.bind(connection, EXCHANGE, "witness.second", EACH_SECOND);
		try (Channel channel = connection.createChannel()) {
			channel.exchangeDeclare(OUT, "fanout", true);
			channel.exchangeBind(EXCHANGE, OUT, "");
		}
	}

	@AfterEach
	void deleteQueues() throws Exception {
		try (Channel channel = connection.createChannel()) {
			for (String queue : QUEUES) {
				channel.queueDelete(queue);
			}
		}
	}

	@AfterAll
	static void stop() throws IOException {
		tickTock.close();
		TestTopology.delete(connection, EXCHANGE, "witness.second");
		TestTopology.delete(connection, EXCHANGE, "witness.missed");
		connection.abort();
	}

	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void neverTwoAtOnce(String type) throws Exception {
		declare("x-single-active-consumer", type, Map.of());
		try (Worker first = new Worker("report"); Worker second = new Worker("report")) {
			String one = publish(EVENT, LONG);
			String two = publish(EVENT, LONG);
			first.awaits(one);
			// Another consumer would take it at once.
			awaitWaiting("report", 1);
			first.acknowledge();
			first.awaits(two);
			first.end();
			second.awaits(two);
			assertThat(second.received()).containsExactly(two);
			second.acknowledge();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void oneWaitingAtMost(String type) throws Exception {
		declare("x-max-length", type, Map.of());
		try (Worker worker = new Worker("poll")) {
			String running = publish(EVENT, LONG);
			worker.awaits(running);
			String second = publish(EVENT, LONG);
			String third = publish(EVENT, LONG);
			String newest = publish(EVENT, LONG);
			awaitMissed(second, "poll", "maxlen");
			awaitMissed(third, "poll", "maxlen");
			awaitWaiting("poll", 1);
			worker.acknowledge();
			worker.awaits(newest);
			assertThat(worker.received()).containsExactly(running, newest);
			worker.acknowledge();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void theLowerOfTwoDeadlinesApplies(String type) throws Exception {
		declare("x-message-ttl\": 60000, \"x-dead-letter-exchange\": \"cron", type, Map.of("60000", "300"));
		awaitMissed(publish(EVENT, LONG), "mail", "expired");
		deleteQueues();
		declare("x-message-ttl\": 60000, \"x-dead-letter-exchange\": \"cron", type, Map.of());
		awaitMissed(publish(EVENT, SHORT), "mail", "expired");
	}

	@Test
	void aPolicySetsTheDeadlineOfAQueueThatExists() throws Exception {
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare("mail-before", true, false, false, Map.of());
			channel.queueBind("mail-before", EXCHANGE, EVENT);
		}
		control("set_policy", Map.of("60000", "300", "mail", "mail-before"));
		awaitMissed(publish(EVENT, LONG), "mail-before", "expired");
	}

	@Test
	void eachInstanceGetsEachTickUntilItIsGone() throws Exception {
		declare("x-expires", "classic", Map.of("socket.gethostname()", "\"stays\""));
		declare("x-expires", "quorum", Map.of("socket.gethostname()", "\"goes\"", "3600000", "300"));
		try (Worker stays = new Worker("cache.stays"); Worker goes = new Worker("cache.goes")) {
			String tick = publish(EVENT, LONG);
			stays.awaits(tick);
			goes.awaits(tick);
			goes.end();
			Patience.await("the queue's end").until(() -> !NODE.ctl("list_queues", "name").contains("cache.goes"));
			assertThat(NODE.ctl("list_queues", "name")).contains("cache.stays");
		}
	}

	@Test
	void thePreferredInstanceGetsAllTicksUntilItIsGone() throws Exception {
		try (Program preferred = start("x-priority", Map.of())) {
			TestTopology.awaitConsumer(connection, "index");
			try (Worker other = new Worker("index")) {
				for (int i = 0; i < 4; i++) {
					preferred.await("indexing for " + publish(EVENT, LONG));
				}
				preferred.interrupt();
				String last = publish(EVENT, LONG);
				other.awaits(last);
				assertThat(other.received()).containsExactly(last);
				other.acknowledge();
			}
		}
	}

	private static HttpServer serve(HttpHandler handler) throws IOException {
		HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		service.createContext("/", handler);
		service.start();
		return service;
	}

	private static String address(HttpServer service) {
		return "http://127.0.0.1:" + service.getAddress().getPort();
	}

	@Test
	void aFailedTickComesAgainLaterAndIsMissedAfterTheThirdAttempt() throws Exception {
		Map<String, Integer> attempts = new ConcurrentHashMap<>();
		String transientFailure = "\"event\":\"" + EVENT + "\",\"slot\":\"" + nextSlot() + "\"";
		HttpServer service = serve((exchange) -> {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			int attempt = attempts.merge(body, 1, Integer::sum);
			exchange.sendResponseHeaders((attempt == 3 && body.contains(transientFailure)) ? 200 : 503, -1);
			exchange.close();
		});
		try (Program worker = start("upload.wait", Map.of("https://example.com", address(service), "60000", "200"))) {
			TestTopology.awaitConsumer(connection, "upload");
			publish(EVENT, LONG);
			worker.await("attempt 1 failed: HTTP Error 503: Service Unavailable");
			worker.await("attempt 2 failed: HTTP Error 503: Service Unavailable");
			worker.await("uploaded 200");
			awaitMissed(publish(EVENT, LONG), "upload", "rejected");
			assertThat(attempts).hasSize(2).values().containsExactly(3, 3);
			assertThat(worker.find("uploaded 200")).hasSize(1);
		}
		finally {
			service.stop(0);
		}
	}

	@Test
	void aMonitorHearsOfTheBeginningAndTheEndOfEachRun() throws Exception {
		List<String> pings = new CopyOnWriteArrayList<>();
		HttpServer service = serve((exchange) -> {
			pings.add(exchange.getRequestURI().toString());
			exchange.sendResponseHeaders((pings.size() == 1) ? 503 : 200, -1);
			exchange.close();
		});
		try (Program worker = start("CHECK", Map.of("https://hc-ping.com/00000000-0000-0000-0000-000000000000",
				address(service), "[\"/usr/local/bin/backup\"]", "[\"sh\", \"-c\", \"exit 3\"]"))) {
			TestTopology.awaitConsumer(connection, "backup");
			String tick = publish(EVENT, LONG);
			worker.await("not pinged for %s because of .*503.*".formatted(tick));
			worker.await("ended with 3 for " + tick);
			publish(EXCHANGE, EVENT, new AMQP.BasicProperties.Builder().messageId("by hand").build(), "{}");
			worker.await("ended with 3 for by hand");
			assertThat(pings).hasSize(4);
			String run = pings.get(0).replaceFirst("/start\\?rid=", "");
			assertThat(run).matches("[0-9a-f-]{36}");
			assertThat(pings.subList(1, 4)).containsExactly("/3?rid=" + run, "/start", "/3");
		}
		finally {
			service.stop(0);
		}
	}

	@Test
	void aSlotThatComesTwiceRunsOnce() throws Exception {
		try (Program worker = start("sqlite3", Map.of())) {
			TestTopology.awaitConsumer(connection, "billing");
			Tick tick = tick(EVENT, LONG);
			publish(tick);
			publish(tick);
			String other = publish(EVENT, LONG);
			worker.await("billing for " + other);
			String id = TickMessage.id(EVENT, tick.slot());
			assertThat(worker.lines()).containsExactly("billing for " + id, "already billed for " + id,
					"billing for " + other);
		}
	}

	@ParameterizedTest
	@CsvSource({ "cron.hour.#, cron.hour.1 cron.hour.12 cron.day.1, mirror",
			"invoices, cron.day.1, invoices statistics cleanup",
			"Europe/Oslo, closing.oslo closing.new-york, closing" })
	void eachQueueGetsEachTickOnce(String block, String events, String queues) throws Exception {
		declare(block, "classic", Map.of());
		List<String> ticks = new ArrayList<>();
		for (String event : events.split(" ", -1)) {
			ticks.add(publish(event, LONG));
		}
		for (String queue : queues.split(" ", -1)) {
			assertThat(new Recorder(connection, queue).await(ticks.size(), PATIENCE))
				.extracting((each) -> each.properties().getMessageId())
				.isEqualTo(ticks);
		}
	}

	@Test
	void anAccountThatCanOnlyReadTheJournalFindsTheTicksOfThePast() throws Exception {
		control("add_user", Map.of());
		control("set_permissions", Map.of());
		eachSecond.await(4, PATIENCE);
		AMQP.BasicProperties byHand = new AMQP.BasicProperties.Builder()
			.timestamp(eachSecond.receipts().get(0).properties().getTimestamp())
			.messageId("by hand")
			.build();
		publish(EXCHANGE, EACH_SECOND, byHand, "{\"slot\":\"by hand\"}");
		List<String> past = slots().subList(0, 4);
		List<String> printed = output(block("x-stream-offset", Map.of(EVENT, EACH_SECOND)));
		assertThat(printed).doesNotHaveDuplicates()
			.doesNotContain("running the job of by hand")
			.isSorted()
			.containsAll(past.stream().map("running the job of "::concat).toList());
		Instant since = Instant.now();
		assertThat(output(block("x-stream-offset", Map.of(EVENT, EACH_SECOND, "days=1", "seconds=2")))).isNotEmpty()
			.allSatisfy((line) -> assertThat(Instant.parse(line.replaceAll(".* ", ""))).isAfter(since.minusSeconds(2)));
	}

	private static List<String> slots() {
		return eachSecond.receipts().stream().map(Receipt::slot).map(Instant::toString).distinct().toList();
	}

	/** Runs the declaration that contains a text. */
	private void declare(String containing, String type, Map<String, String> replaced) throws Exception {
		String text = block(containing, replaced);
		if (type.equals("quorum")) {
			String declaration = "durable=True, arguments={";
			assertThat(text).contains(declaration);
			text = text.replace(declaration, declaration + "\"x-queue-type\": \"quorum\", ");
		}
		output(BEFORE + text.indent(4));
	}

	private Program start(String containing, Map<String, String> replaced) throws IOException {
		return Program.python(this.folder, NODE.port(), block(containing, replaced));
	}

	/** Runs a program to its end, and returns the lines that it has written. */
	private List<String> output(String program) throws Exception {
		try (Program running = Program.python(this.folder, NODE.port(), program)) {
			assertThat(running.exitCode()).as("%s", running).isZero();
			return running.lines();
		}
	}

	private static String block(String containing, Map<String, String> replaced) {
		return replace(PATTERNS.block("python", containing).text(), replaced);
	}

	private static String replace(String text, Map<String, String> replaced) {
		String result = text;
		for (Map.Entry<String, String> each : replaced.entrySet()) {
			result = result.replace(each.getKey(), each.getValue());
		}
		assertThat(replaced.keySet()).allMatch(text::contains);
		return result;
	}

	private static void control(String command, Map<String, String> replaced) {
		List<String> words = PATTERNS.commands("rabbitmqctl")
			.stream()
			.filter((each) -> each.get(0).equals(command))
			.findFirst()
			.orElseThrow();
		NODE.ctl(replace(String.join("\n", words), replaced).split("\n", -1));
	}

	private static String nextSlot() {
		return FIRST_SLOT.plusSeconds(published).toString();
	}

	/** Returns another tick, which is valid for some time from now. */
	private static Tick tick(String event, Duration validity) {
		Instant slot = Instant.parse(nextSlot());
		published++;
		return new Tick(event, slot, slot.minusSeconds(1), slot.plusSeconds(1), Instant.now().plus(validity), null);
	}

	/** Publishes another tick, and returns its id. */
	private static String publish(String event, Duration validity) throws Exception {
		Tick tick = tick(event, validity);
		publish(tick);
		return TickMessage.id(event, tick.slot());
	}

	private static void publish(Tick tick) throws Exception {
		TickMessage message = new TickMessage(Clock.fixed(Instant.now(), ZoneOffset.UTC), "test", Dialect.RABBITMQ);
		publish(OUT, tick.event(), message.properties(tick), new String(message.body(tick), StandardCharsets.UTF_8));
	}

	/** Publishes a message, and waits until its queues have it. */
	private static void publish(String exchange, String key, AMQP.BasicProperties properties, String body)
			throws Exception {
		try (Channel channel = connection.createChannel()) {
			channel.confirmSelect();
			channel.basicPublish(exchange, key, properties, body.getBytes(StandardCharsets.UTF_8));
			channel.waitForConfirmsOrDie(PATIENCE.toMillis());
		}
	}

	private static void awaitWaiting(String queue, int ticks) throws Exception {
		try (Channel channel = connection.createChannel()) {
			Patience.await(ticks + " waiting in " + queue).until(() -> channel.messageCount(queue) == ticks);
		}
	}

	private static void awaitMissed(String id, String queue, String reason) {
		Patience.await(id + " missed: " + reason)
			.untilAsserted(() -> assertThat(missed.receipts())
				.filteredOn((each) -> id.equals(each.properties().getMessageId()))
				.singleElement()
				.satisfies((each) -> assertThat(String.valueOf(each.properties().getHeaders().get("x-death")))
					.containsPattern("^\\[\\{[^}]*reason=" + reason)
					.containsPattern("^\\[\\{[^}]*queue=%s[,}]".formatted(queue))));
	}

	/**
	 * An instance of a worker with prefetch 1, on a connection of its own, which
	 * acknowledges when it is told to.
	 */
	private static final class Worker implements AutoCloseable {

		private final List<String> received = new CopyOnWriteArrayList<>();

		private final Connection own;

		private final Channel channel;

		private volatile long last;

		Worker(String queue) throws Exception {
			this.own = NODE.connectionFactory().newConnection("worker of " + queue);
			this.channel = this.own.createChannel();
			this.channel.basicQos(1);
			this.channel.basicConsume(queue, false, (tag, message) -> {
				this.last = message.getEnvelope().getDeliveryTag();
				this.received.add(message.getProperties().getMessageId());
			}, (tag) -> {
			});
		}

		void awaits(String id) {
			Patience.await(id).untilAsserted(() -> assertThat(this.received).endsWith(id));
		}

		void acknowledge() throws IOException {
			this.channel.basicAck(this.last, false);
		}

		List<String> received() {
			return List.copyOf(this.received);
		}

		/** Ends without acknowledging what it has. */
		void end() {
			this.own.abort();
		}

		@Override
		public void close() {
			end();
		}

	}

}
