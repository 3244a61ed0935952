package dev.ticktock.documents;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import com.sun.net.httpserver.HttpServer;
import dev.ticktock.broker.Dialect;
import dev.ticktock.documents.Document.Block;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Consumed;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
			"cache.goes", "index", "upload", "upload.wait", "billing", "closing", "mirror", "invoices", "statistics",
			"cleanup");

	/** The places of the blocks that have been run. */
	private static final Set<String> TRIED = new HashSet<>();

	private static final Set<Method> TESTS = new HashSet<>();

	private static ConfigurableApplicationContext tickTock;

	private static Connection connection;

	private static Recorder missed;

	private static Recorder eachSecond;

	private static int published;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() throws Exception {
		List<String> arguments = new ArrayList<>(List.of("--spring.rabbitmq.port=" + NODE.port(),
				"--ticktock.discovery.management-url=http://localhost:" + NODE.managementPort(),
				"--ticktock.discovery.interval=1s", "--ticktock.scheduler.cron.%s=* * * * * *".formatted(EACH_SECOND)));
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

	@BeforeEach
	void count(TestInfo test) {
		TESTS.add(test.getTestMethod().orElseThrow());
	}

	@AfterEach
	void deleteQueues() throws Exception {
		for (String queue : QUEUES) {
			delete(queue);
		}
	}

	@AfterAll
	static void stop() throws IOException {
		tickTock.close();
		TestTopology.delete(connection, EXCHANGE, "witness.second");
		TestTopology.delete(connection, EXCHANGE, "witness.missed");
		connection.abort();
		if (TESTS.size() == tests()) {
			assertThat(PATTERNS.blocks()).extracting(Block::place).containsExactlyInAnyOrderElementsOf(TRIED);
		}
	}

	private static long tests() {
		return Stream.of(PatternsIntegrationTests.class.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Test.class)
					|| method.isAnnotationPresent(ParameterizedTest.class))
			.count();
	}

	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void neverTwoAtOnce(String type) throws Exception {
		declare(block("x-single-active-consumer"), type, Map.of());
		try (Worker first = new Worker("report"); Worker second = new Worker("report")) {
			String one = publish(EVENT, LONG);
			String two = publish(EVENT, LONG);
			first.awaits(one);
			// Another consumer would take it at once.
			awaitWaiting("report", 1);
			first.acknowledge();
			first.awaits(two);
			first.dies();
			second.awaits(two);
			assertThat(second.received()).containsExactly(two);
			second.acknowledge();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void oneWaitingAtMost(String type) throws Exception {
		declare(block("x-max-length"), type, Map.of());
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
		declare(block("x-message-ttl\": 60000, \"x-dead-letter-exchange\": \"cron"), type, Map.of("60000", "300"));
		awaitMissed(publish(EVENT, LONG), "mail", "expired");
		delete("mail");
		declare(block("x-message-ttl\": 60000, \"x-dead-letter-exchange\": \"cron"), type, Map.of());
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
		Block block = block("x-expires");
		declare(block, "classic", Map.of("socket.gethostname()", "\"stays\""));
		declare(block, "quorum", Map.of("socket.gethostname()", "\"goes\"", "3600000", "300"));
		try (Worker stays = new Worker("cache.stays"); Worker goes = new Worker("cache.goes")) {
			String tick = publish(EVENT, LONG);
			stays.awaits(tick);
			goes.awaits(tick);
			goes.dies();
			Awaitility.await("the queue's end").atMost(PATIENCE).until(() -> !exists("cache.goes"));
			assertThat(exists("cache.stays")).isTrue();
		}
	}

	@Test
	void anInstanceThatNeedsNothingOfTheTimeWhenItWasAwayTakesAnExclusiveQueue() throws Exception {
		String declaration = "channel.queue_declare(\"\", exclusive=True)";
		assertThat(PATTERNS.prose()).contains("`" + declaration + "`").contains("`method.queue`");
		assertThat(output(BEFORE + "    print(" + declaration + ".method.queue)\n")).singleElement()
			.asString()
			.startsWith("amq.gen-");
	}

	@Test
	void thePreferredInstanceGetsAllTicksUntilItIsGone() throws Exception {
		try (PythonProgram preferred = start(block("x-priority"), Map.of())) {
			Consumed.await(connection, "index");
			try (Worker other = new Worker("index")) {
				for (int i = 0; i < 4; i++) {
					awaitLine(preferred, "indexing for " + publish(EVENT, LONG));
				}
				preferred.interrupt();
				String last = publish(EVENT, LONG);
				other.awaits(last);
				assertThat(other.received()).containsExactly(last);
				other.acknowledge();
			}
		}
	}

	@Test
	void aFailedTickComesAgainLaterAndIsMissedAfterTheThirdAttempt() throws Exception {
		Map<String, Integer> attempts = new ConcurrentHashMap<>();
		String transientFailure = "\"event\":\"" + EVENT + "\",\"slot\":\"" + nextSlot() + "\"";
		HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		service.createContext("/upload", (exchange) -> {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			int attempt = attempts.merge(body, 1, Integer::sum);
			exchange.sendResponseHeaders((attempt == 3 && body.contains(transientFailure)) ? 200 : 503, -1);
			exchange.close();
		});
		service.start();
		String address = "http://127.0.0.1:" + service.getAddress().getPort();
		try (PythonProgram worker = start(block("upload.wait"),
				Map.of("https://example.com", address, "60000", "200"))) {
			Consumed.await(connection, "upload");
			publish(EVENT, LONG);
			awaitLine(worker, "attempt 1 failed: HTTP Error 503: Service Unavailable");
			awaitLine(worker, "attempt 2 failed: HTTP Error 503: Service Unavailable");
			awaitLine(worker, "uploaded 200");
			awaitMissed(publish(EVENT, LONG), "upload", "rejected");
			assertThat(attempts).hasSize(2).values().containsExactly(3, 3);
			assertThat(worker.lines()).filteredOn("uploaded 200"::equals).hasSize(1);
		}
		finally {
			service.stop(0);
		}
	}

	@Test
	void aSlotThatComesTwiceRunsOnce() throws Exception {
		try (PythonProgram worker = start(block("sqlite3"), Map.of())) {
			Consumed.await(connection, "billing");
			Tick tick = tick(EVENT, LONG);
			publish(tick);
			publish(tick);
			String other = publish(EVENT, LONG);
			awaitLine(worker, "billing for " + other);
			String id = TickMessage.id(EVENT, tick.slot());
			assertThat(worker.lines()).containsExactly("billing for " + id, "already billed for " + id,
					"billing for " + other);
		}
	}

	@Test
	void eachTimeZoneHasItsEvent() throws Exception {
		declare(block("Europe/Oslo"), "classic", Map.of());
		Map.of("closing.oslo", "Europe/Oslo", "closing.new-york", "America/New_York").forEach((event, zone) -> {
			OffsetDateTime next = Awaitility.await(event)
				.atMost(PATIENCE)
				.ignoreExceptions()
				.until(() -> OffsetDateTime.parse(endpoint(event).required("next").required(0).asString()),
						(slot) -> true);
			assertThat(next).asString().contains("T17:30");
			assertThat(next.getOffset()).isEqualTo(ZoneId.of(zone).getRules().getOffset(next.toInstant()));
		});
		String tick = publish("closing.new-york", LONG);
		try (Worker worker = new Worker("closing")) {
			worker.awaits(tick);
		}
	}

	@Test
	void oneQueueGetsATickOfEachEventOnce() throws Exception {
		declare(block("cron.hour.#"), "classic", Map.of());
		List<String> ticks = new ArrayList<>();
		for (String event : List.of("cron.hour.1", "cron.hour.12", "cron.day.1")) {
			ticks.add(publish(event, LONG));
		}
		assertThat(drain("mirror")).isEqualTo(ticks);
	}

	@Test
	void eachJobGetsTheTick() throws Exception {
		declare(block("invoices"), "classic", Map.of());
		String tick = publish("cron.day.1", LONG);
		for (String job : List.of("invoices", "statistics", "cleanup")) {
			assertThat(drain(job)).containsExactly(tick);
		}
	}

	@Test
	void anAccountThatCanOnlyReadTheJournalFindsTheTicksOfThePast() throws Exception {
		control("add_user", Map.of());
		control("set_permissions", Map.of());
		assertThatTheAccountCanDoNothingElse();
		eachSecond.await(4, PATIENCE);
		AMQP.BasicProperties byHand = new AMQP.BasicProperties.Builder()
			.timestamp(eachSecond.receipts().get(0).properties().getTimestamp())
			.messageId("by hand")
			.build();
		publish(EXCHANGE, EACH_SECOND, byHand, "{\"slot\":\"by hand\"}");
		Block block = block("x-stream-offset");
		List<String> past = slots().subList(0, 4);
		List<String> printed = output(text(block, Map.of(EVENT, EACH_SECOND)));
		assertThat(printed).doesNotHaveDuplicates()
			.doesNotContain("running the job of by hand")
			.isSorted()
			.containsAll(past.stream().map("running the job of "::concat).toList());
		Instant since = Instant.now();
		assertThat(output(text(block, Map.of(EVENT, EACH_SECOND, "days=1", "seconds=2")))).isNotEmpty()
			.allSatisfy((line) -> assertThat(Instant.parse(line.replaceAll(".* ", ""))).isAfter(since.minusSeconds(2)));
	}

	private static void assertThatTheAccountCanDoNothingElse() throws Exception {
		ConnectionFactory factory = NODE.connectionFactory();
		factory.setUsername("backfill");
		factory.setPassword("PASSWORD");
		try (Connection account = factory.newConnection("backfill")) {
			assertThat(refusal(account, (channel) -> channel.basicGet("cron.schedule.leader", false)))
				.contains("ACCESS_REFUSED");
			assertThat(refusal(account, (channel) -> {
				channel.confirmSelect();
				channel.basicPublish(EXCHANGE, EVENT, null, new byte[0]);
				channel.waitForConfirms(PATIENCE.toMillis());
			})).contains("ACCESS_REFUSED");
		}
	}

	private static List<String> slots() {
		return eachSecond.receipts().stream().map(Receipt::slot).map(Instant::toString).distinct().toList();
	}

	/** Returns the block that contains a text. */
	private static Block block(String containing) {
		return PATTERNS.block("python", containing);
	}

	/** Runs a declaration. */
	private void declare(Block block, String type, Map<String, String> replaced) throws Exception {
		String text = text(block, replaced);
		if (type.equals("quorum")) {
			String declaration = "durable=True, arguments={";
			assertThat(text).contains(declaration);
			text = text.replace(declaration, declaration + "\"x-queue-type\": \"quorum\", ");
		}
		output(BEFORE + text.indent(4));
	}

	private PythonProgram start(Block block, Map<String, String> replaced) throws IOException {
		return new PythonProgram(this.folder, PythonProgram.at(NODE.port(), text(block, replaced)));
	}

	/** Runs a program to its end, and returns the lines that it has written. */
	private List<String> output(String program) throws Exception {
		try (PythonProgram running = new PythonProgram(this.folder, PythonProgram.at(NODE.port(), program))) {
			assertThat(running.exitCode()).as("it ends well: " + running.lines()).isZero();
			return running.lines();
		}
	}

	private static String text(Block block, Map<String, String> replaced) {
		TRIED.add(block.place());
		return replace(block.text(), replaced);
	}

	private static String replace(String text, Map<String, String> replaced) {
		String result = text;
		for (Map.Entry<String, String> each : replaced.entrySet()) {
			assertThat(result).contains(each.getKey());
			result = result.replace(each.getKey(), each.getValue());
		}
		return result;
	}

	/** Runs a command of {@code rabbitmqctl}. */
	private static void control(String command, Map<String, String> replaced) {
		TRIED.add(PATTERNS.block("shell", "rabbitmqctl " + command + " ").place());
		List<String> words = PATTERNS.commands("rabbitmqctl")
			.stream()
			.filter((each) -> each.get(0).equals(command))
			.findFirst()
			.orElseThrow();
		NODE.ctl(words.stream().map((word) -> replaceIn(word, replaced)).toArray(String[]::new));
	}

	private static String replaceIn(String word, Map<String, String> replaced) {
		String result = word;
		for (Map.Entry<String, String> each : replaced.entrySet()) {
			result = result.replace(each.getKey(), each.getValue());
		}
		return result;
	}

	private static String nextSlot() {
		return FIRST_SLOT.plusSeconds(published).toString();
	}

	/** Returns another tick, which is valid for some time from now. */
	private static Tick tick(String event, Duration validity) {
		Instant slot = Instant.parse(nextSlot());
		published++;
		return new Tick(event, slot, slot.minusSeconds(1), slot.plusSeconds(1), now().plus(validity));
	}

	/** Publishes another tick, and returns its id. */
	private static String publish(String event, Duration validity) throws Exception {
		Tick tick = tick(event, validity);
		publish(tick);
		return TickMessage.id(event, tick.slot());
	}

	private static void publish(Tick tick) throws Exception {
		TickMessage message = new TickMessage(Clock.fixed(now(), ZoneOffset.UTC), "test", Dialect.RABBITMQ);
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

	private static Instant now() {
		return Instant.now();
	}

	private static void awaitLine(PythonProgram program, String line) {
		program.await(line::equals);
	}

	private static void awaitWaiting(String queue, int ticks) throws Exception {
		try (Channel channel = connection.createChannel()) {
			Awaitility.await(ticks + " waiting in " + queue)
				.atMost(PATIENCE)
				.until(() -> channel.messageCount(queue) == ticks);
		}
	}

	private static void awaitMissed(String id, String queue, String reason) {
		Awaitility.await(id + " missed: " + reason)
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(missed.receipts())
				.filteredOn((each) -> id.equals(each.properties().getMessageId()))
				.singleElement()
				.satisfies((each) -> {
					Map<String, Object> headers = each.properties().getHeaders();
					assertThat(headers.get("x-last-death-queue")).hasToString(queue);
					assertThat(headers.get("x-last-death-reason")).hasToString(reason);
				}));
	}

	/** Takes all that waits in a queue. */
	private static List<String> drain(String queue) throws Exception {
		List<String> ids = new ArrayList<>();
		try (Channel channel = connection.createChannel()) {
			for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
				ids.add(got.getProps().getMessageId());
			}
		}
		return ids;
	}

	private static boolean exists(String queue) throws IOException {
		Channel channel = connection.createChannel();
		try {
			channel.queueDeclarePassive(queue);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
		finally {
			channel.abort();
		}
	}

	private static void delete(String queue) throws Exception {
		try (Channel channel = connection.createChannel()) {
			channel.queueDelete(queue);
		}
	}

	private static String refusal(Connection account, Attempt attempt) throws Exception {
		Channel channel = account.createChannel();
		assertThatThrownBy(() -> attempt.on(channel)).isNotNull();
		return String.valueOf(channel.getCloseReason());
	}

	private static JsonNode endpoint(String event) throws Exception {
		URI uri = URI.create("http://localhost:%s/actuator/ticktock/%s"
			.formatted(tickTock.getEnvironment().getProperty("local.server.port"), event));
		return JsonMapper.shared()
			.readTree(HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
				.body());
	}

	private interface Attempt {

		void on(Channel channel) throws Exception;

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
			this.channel.basicConsume(queue, false, new DefaultConsumer(this.channel) {

				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties,
						byte[] body) {
					Worker.this.last = envelope.getDeliveryTag();
					Worker.this.received.add(properties.getMessageId());
				}

			});
		}

		void awaits(String id) {
			Awaitility.await(id).atMost(PATIENCE).untilAsserted(() -> assertThat(this.received).endsWith(id));
		}

		void acknowledge() throws IOException {
			this.channel.basicAck(this.last, false);
		}

		List<String> received() {
			return List.copyOf(this.received);
		}

		/** Ends without acknowledging what it has. */
		void dies() {
			this.own.abort();
		}

		@Override
		public void close() {
			dies();
		}

	}

}
