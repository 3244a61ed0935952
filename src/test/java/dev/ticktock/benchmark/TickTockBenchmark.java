package dev.ticktock.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.benchmark.TimetableCost.Kind;
import dev.ticktock.support.BareLoop;
import dev.ticktock.support.Commands;
import dev.ticktock.support.Docker;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Moment;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures a packaged TickTock on a RabbitMQ of its own. Fails if a tick is missing or
 * doubled, never for being slow.
 */
@RequiresRabbitMq(privateNode = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TickTockBenchmark {

	private static final RabbitMqNode NODE = new RabbitMqNode();

	private static final Report REPORT = new Report();

	private static final List<String> SMALL_JVM = List.of("-XX:+UseSerialGC", "-Xmx64m");

	private static final String STARTED = "Started TickTockApplication";

	private static final String STARTED_AFTER = "process running for ([\\d.]+).*";

	/** Slots of a process that is not warm yet are not counted. */
	private static final int WARM_UP = 15;

	private static final int LAG_SLOTS = 180;

	private static final int FULL_SLOT = 10_000;

	/** Until then, the compilers of a JVM take part of the two cores. */
	private static final int FULL_SLOTS_WARM_UP = 16;

	private static final int FULL_SLOTS = 20;

	private static final int STARTS = 5;

	private static final int IMAGE_STARTS = 9;

	private static final int MANY = 100_000;

	private static final int REGISTERED = 1000;

	private static final int ANSWERED = 100;

	private static final String TICKS = "TickTock, start is the slot";

	private static final String LIKE_RECORDED = "PerfTest, messages like ticks, to a queue and a stream";

	private static final String UNRECORDED = "TickTock without a journal";

	private static final String LIKE = "PerfTest, messages like ticks, to a queue";

	private static Connection connection;

	@BeforeAll
	static void start() throws Exception {
		NODE.start();
		connection = NODE.connectionFactory().newConnection("benchmark");
		REPORT.machine(NODE);
	}

	@AfterAll
	static void report() throws IOException {
		connection.close();
		NODE.close();
		REPORT.write(Path.of("target/benchmark.md"));
	}

	@Test
	@Order(1)
	void lagFromSlotToReceiptBesideABareLoop() throws Exception {
		String exchange = "benchmark.lag";
		Recorder receiver = receiver(exchange);
		try (TickTockProcess tickTock = tickTock(List.of(), exchange, "--ticktock.scheduler.cron.tick=* * * * * *");
				Connection loop = NODE.connectionFactory().newConnection("bare loop")) {
			BareLoop.start(loop, exchange, "loop");
			Moment.await(nextSecond(1).plusMillis(500));
			receiver.take();
			Moment.await(nextSecond(WARM_UP + LAG_SLOTS).plusMillis(500));
			List<Receipt> receipts = receipts(receiver);
			assertThat(loop.isOpen()).isTrue();
			REPORT.section("Lag: from the slot to a worker's receipt, %d slots of a one-second schedule, ms"
				.formatted(LAG_SLOTS));
			REPORT.header("publisher", "p50", "p99", "max");
			for (String key : List.of("tick", "loop")) {
				List<Receipt> own = receipts.stream().filter((receipt) -> receipt.event().equals(key)).toList();
				Recorder.assertGapless(own, Duration.ofSeconds(1));
				lagRow(key.equals("tick") ? "TickTock" : "bare loop", own);
			}
			REPORT.line("\nResident memory of this TickTock then, default JVM settings: %.0f MiB."
				.formatted(tickTock.residentMebibytes()));
			REPORT.load();
		}
	}

	@Test
	@Order(2)
	void slotWithManySchedulesDueBesidePerfTest(@TempDir Path folder) throws Exception {
		String exchange = "benchmark.full";
		String without = exchange + ".without";
		String perf = exchange + ".perf";
		String recorded = exchange + ".perf.recorded";
		Map<String, List<Round>> rounds = new LinkedHashMap<>();
		List.of(TICKS, LIKE_RECORDED, UNRECORDED, LIKE).forEach((name) -> rounds.put(name, new ArrayList<>()));
		Recorder receiver = receiver(exchange);
		Recorder receiverWithout = receiver(without);
		Recorder receiverOfPerfTest = receiver(perf);
		Recorder receiverOfRecorded = receiver(recorded);
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare(recorded + ".stream", true, false, false, Map.of("x-queue-type", "stream"));
			channel.queueBind(recorded + ".stream", recorded, "#");
		}
		try (TickTockProcess tickTock = fullSlots(exchange, schedules(folder, 0));
				TickTockProcess tickTockWithout = fullSlots(without, schedules(folder, 10),
						"--ticktock.journal.enabled=false")) {
			Moment.await(nextTwentySeconds().plusSeconds(16));
			receiver.take();
			receiverWithout.take();
			for (int i = 0; i < FULL_SLOTS_WARM_UP + FULL_SLOTS; i++) {
				Instant slot = nextTwentySeconds();
				int size = round(tickTock, receiver, slot, of(rounds, TICKS)).body().length();
				of(rounds, LIKE_RECORDED).add(perfTestRound(recorded, receiverOfRecorded, size));
				round(tickTockWithout, receiverWithout, slot.plusSeconds(10), of(rounds, UNRECORDED));
				of(rounds, LIKE).add(perfTestRound(perf, receiverOfPerfTest, size));
			}
			REPORT.section("A slot with %,d schedules due, medians of %d rounds, ms".formatted(FULL_SLOT, FULL_SLOTS));
			REPORT.header("publisher", "start to first receipt", "start to last receipt", "first to last receipt",
					"start to last confirm", "the same, worst round");
			Map<String, Double> confirms = new HashMap<>();
			rounds.forEach((name, all) -> {
				List<Round> warm = all.subList(FULL_SLOTS_WARM_UP, all.size());
				REPORT.row(name, Round.figures(warm));
				confirms.put(name, Round.median(warm, Round::lastConfirm));
			});
			double confirm = of(confirms, TICKS);
			double confirmWithout = of(confirms, UNRECORDED);
			REPORT.line("\nStart to last confirm, as ratios:\n");
			REPORT.line("- TickTock to PerfTest, a queue and a stream: %.2f"
				.formatted(confirm / of(confirms, LIKE_RECORDED)));
			REPORT.line("- TickTock without a journal to PerfTest, a queue: %.2f"
				.formatted(confirmWithout / of(confirms, LIKE)));
			REPORT.line("- TickTock with to without a journal: %.2f".formatted(confirm / confirmWithout));
			REPORT
				.line("\nResident memory of TickTock then, default JVM settings: %.0f MiB, without a journal %.0f MiB."
					.formatted(tickTock.residentMebibytes(), tickTockWithout.residentMebibytes()));
			REPORT.load();
		}
	}

	private static <V> V of(Map<String, V> values, String publisher) {
		return Objects.requireNonNull(values.get(publisher), publisher);
	}

	/** Writes schedules that are all due at one second of every twenty. */
	private static Path schedules(Path folder, int second) throws IOException {
		Path file = folder.resolve("schedules-%d.properties".formatted(second));
		return Files.writeString(file,
				IntStream.range(0, FULL_SLOT)
					.mapToObj((i) -> "ticktock.scheduler.cron.event.%05d=%d/20 * * * * *\n".formatted(i, second))
					.collect(Collectors.joining()));
	}

	private static TickTockProcess fullSlots(String exchange, Path schedules, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.config.additional-location=file:" + schedules,
				// The maximum lasts for 6 to 9 s, so it is always of the latest slot.
				"--management.metrics.distribution.expiry.[ticktock.tick.lag]=3s",
				"--management.metrics.distribution.buffer-length.[ticktock.tick.lag]=3"));
		arguments.addAll(List.of(more));
		return tickTock(List.of(), exchange, arguments.toArray(String[]::new));
	}

	/**
	 * Waits for a full slot and measures it.
	 * @return one of its ticks
	 */
	private static Receipt round(TickTockProcess tickTock, Recorder receiver, Instant slot, List<Round> rounds) {
		Moment.await(slot.plusSeconds(3));
		List<Receipt> receipts = receipts(receiver);
		assertThat(receipts).hasSize(FULL_SLOT).allMatch((receipt) -> receipt.slot().equals(slot));
		assertThat(receipts.stream().map(Receipt::event).distinct()).hasSize(FULL_SLOT);
		rounds.add(
				Round.of(receipts, slot, Duration.ofNanos((long) (meter(tickTock, "ticktock.tick.lag", "MAX") * 1e9))));
		return receipts.get(0);
	}

	private static Round perfTestRound(String exchange, Recorder receiver, int size) throws Exception {
		Publisher perfTest = Class.forName("dev.ticktock.benchmark.PerfTestRounds")
			.asSubclass(Publisher.class)
			.getDeclaredConstructor()
			.newInstance();
		Published published = perfTest.publish(NODE.connectionFactory(), exchange, FULL_SLOT, size);
		receiver.await(FULL_SLOT, Duration.ofSeconds(10));
		return Round.of(receiver.take(), published.started(), published.lastConfirm());
	}

	@Test
	@Order(3)
	void heapAndIdleSecondOfManySchedules() {
		REPORT.section("%,d schedules in a timetable".formatted(MANY));
		REPORT.header("lines", "heap per schedule, bytes", "to set up, ms", "an idle second, ns");
		for (Kind kind : Kind.values()) {
			REPORT.row(kind.words, TimetableCost.of(MANY, kind));
		}
	}

	@Test
	@Order(4)
	void startUpAndResidentMemory() throws IOException {
		REPORT
			.section("Start-up: from the launch to \"Started TickTockApplication\", median of %d, s".formatted(STARTS));
		REPORT.header("", "default JVM settings", String.join(" ", SMALL_JVM));
		List<String> rabbitMq = arguments("benchmark.start");
		List<String> embedded = List.of("--spring.profiles.active=embedded",
				"--spring.rabbitmq.port=" + FreePort.find());
		REPORT.row("RabbitMQ", startSeconds(List.of(), rabbitMq), startSeconds(SMALL_JVM, rabbitMq));
		REPORT.row("embedded broker", startSeconds(List.of(), embedded), startSeconds(SMALL_JVM, embedded));
		try (TickTockProcess large = tickTock(List.of(), "benchmark.memory");
				TickTockProcess small = tickTock(SMALL_JVM, "benchmark.memory.small")) {
			REPORT.section("Resident memory with the built-in schedules, MiB");
			REPORT.header("", "default JVM settings", String.join(" ", SMALL_JVM));
			REPORT.row("just started", large.residentMebibytes(), small.residentMebibytes());
			Moment.await(nextSecond(120));
			REPORT.row("two minutes later", large.residentMebibytes(), small.residentMebibytes());
			REPORT.load();
		}
	}

	/** The starts take turns, so that a busy minute of the machine is everybody's. */
	@Test
	@Order(5)
	void startUpAndResidentMemoryOfTheImage(@TempDir Path folder) throws IOException {
		String image = Docker.image();
		Path many = folder.resolve("many.yaml");
		Stream<String> lines = IntStream.range(0, MANY)
			.mapToObj((i) -> "  job.%d: \"%d %d %d * * *\"".formatted(i, i % 60, i / 60 % 60, i / 3600 % 24));
		Files.write(many, Stream.concat(Stream.of("ticktock.scheduler.cron:"), lines).toList());
		String uncached = "--entrypoint=java";
		Map<String, List<String>> starts = new LinkedHashMap<>();
		starts.put("the image", List.of(image));
		starts.put("without its cache", List.of(uncached, image, "-jar", "ticktock.jar"));
		starts.put("nor its options", List.of("-e", "JAVA_TOOL_OPTIONS=", uncached, image, "-jar", "ticktock.jar"));
		starts.put("the image, a heap of 512 MB, and a configuration of %,d schedules".formatted(MANY),
				List.of("-e", "JDK_JAVA_OPTIONS=-Xmx512m", "-v", many + ":/many.yaml:ro", image,
						"--spring.config.additional-location=file:/many.yaml"));
		Map<String, List<Double>> seconds = new HashMap<>();
		Map<String, List<Double>> mebibytes = new HashMap<>();
		for (int i = 0; i < IMAGE_STARTS; i++) {
			int exchange = 0;
			for (Map.Entry<String, List<String>> start : starts.entrySet()) {
				List<String> command = new ArrayList<>(List.of("--network", "host"));
				command.addAll(start.getValue());
				command.addAll(arguments("benchmark.image." + exchange++, "--server.port=0"));
				try (Docker.Container started = Docker.start(command.toArray(String[]::new))) {
					seconds.computeIfAbsent(start.getKey(), (key) -> new ArrayList<>())
						.add(Double.parseDouble(started.awaitLog(STARTED).replaceFirst(".*" + STARTED_AFTER, "$1")));
					Moment.await(nextSecond(5));
					mebibytes.computeIfAbsent(start.getKey(), (key) -> new ArrayList<>())
						.add((double) started.residentMebibytes());
				}
			}
		}
		REPORT.section("The image, medians of %d".formatted(IMAGE_STARTS));
		REPORT.header("", "from the start of its process to \"Started TickTockApplication\", s",
				"resident 5 s later, MiB");
		starts.keySet()
			.forEach((name) -> REPORT.row(name, Report.median(seconds.getOrDefault(name, List.of())),
					Report.median(mebibytes.getOrDefault(name, List.of()))));
		REPORT.load();
	}

	@Test
	@Order(6)
	void schedulesThatWorkersHaveRegistered() throws Exception {
		String with = "benchmark.registered";
		String without = "benchmark.unregistered";
		String tick = "--ticktock.scheduler.cron.tick=* * * * * *";
		Recorder receiver = receiver(with);
		Recorder receiverWithout = receiver(without);
		try (Channel channel = connection.createChannel()) {
			for (int i = 0; i < REGISTERED; i++) {
				channel.queueBind(with + ".queue", with, "registered.job.%04d".formatted(i),
						Map.of("cron", "0 %d %d * * *".formatted(i % 60, i % 24), "zone", "Europe/Oslo"));
			}
			String quota = "--ticktock.discovery.max-schedules-per-queue=%d".formatted(REGISTERED);
			try (TickTockProcess tickTock = tickTock(List.of(), with, tick, quota);
					TickTockProcess tickTockWithout = tickTock(List.of(), without, tick)) {
				tickTock.awaitLog("Workers have registered");
				Moment.await(nextSecond(WARM_UP).plusMillis(500));
				receiver.take();
				receiverWithout.take();
				Moment.await(nextSecond(LAG_SLOTS).plusMillis(500));
				REPORT.section("Lag beside %,d registered schedules, %d slots of a one-second schedule, ms"
					.formatted(REGISTERED, LAG_SLOTS));
				REPORT.header("TickTock", "p50", "p99", "max");
				lagRow("registered by bindings: %,d".formatted(REGISTERED), receipts(receiver));
				lagRow("none, at the same time", receipts(receiverWithout));
				assertThat(meter(tickTock, "ticktock.discovery.schedules", "VALUE")).isEqualTo(REGISTERED);
				REPORT.section("One reading of the bindings");
				REPORT.header("bindings", "bytes", "mean, ms", "max of late, ms");
				readingRow(REGISTERED, with, tickTock);
				readingRow(0, without, tickTockWithout);
				REPORT.load();
			}
		}
	}

	/** Answers as Spring's starter does: one small message for each tick. */
	@Test
	@Order(7)
	void lagBesideOutcomes() throws Exception {
		String with = "benchmark.answered";
		String without = "benchmark.unanswered";
		List<String> arguments = new ArrayList<>(List.of("--ticktock.scheduler.cron.tick=* * * * * *"));
		IntStream.range(0, ANSWERED)
			.forEach((i) -> arguments.add("--ticktock.scheduler.cron.job.%d=* * * * * *".formatted(i)));
		String[] jobs = arguments.toArray(String[]::new);
		Recorder receiver = Recorder.bind(connection, with, with + ".queue", "tick");
		Recorder receiverWithout = Recorder.bind(connection, without, without + ".queue", "tick");
		try (TickTockProcess tickTock = tickTock(List.of(), with, jobs);
				TickTockProcess tickTockWithout = tickTock(List.of(), without, jobs);
				Connection worker = NODE.connectionFactory().newConnection("worker")) {
			tickTockWithout.awaitTicks();
			tickTock.awaitTicks();
			Channel channel = worker.createChannel();
			for (String exchange : List.of(with, without)) {
				channel.queueDeclare(exchange + ".jobs", true, false, false, Map.of());
				channel.queueBind(exchange + ".jobs", exchange, "job.#");
				channel.basicConsume(exchange + ".jobs", true, (tag, delivery) -> {
					if (exchange.equals(with)) {
						channel.basicPublish(with + ".outcome", delivery.getEnvelope().getRoutingKey(),
								delivery.getProperties(), "{\"status\":\"done\"}".getBytes(StandardCharsets.UTF_8));
					}
				}, (tag) -> {
				});
			}
			Moment.await(nextSecond(WARM_UP).plusMillis(500));
			receiver.take();
			receiverWithout.take();
			Moment.await(nextSecond(LAG_SLOTS).plusMillis(500));
			REPORT.section("Lag beside %d outcomes a second, %d slots of a one-second schedule, ms".formatted(ANSWERED,
					LAG_SLOTS));
			REPORT.header("TickTock", "p50", "p99", "max");
			lagRow("%d ticks a second are answered".formatted(ANSWERED), receipts(receiver));
			lagRow("none, at the same time", receipts(receiverWithout));
			assertThat(meter(tickTock, "ticktock.outcomes", "COUNT")).isGreaterThan(ANSWERED * LAG_SLOTS);
			REPORT.load();
		}
	}

	private static void lagRow(String name, List<Receipt> receipts) {
		assertThat(receipts).hasSizeGreaterThanOrEqualTo(LAG_SLOTS - 1);
		List<Double> lags = receipts.stream()
			.skip(Math.max(0, receipts.size() - LAG_SLOTS))
			.map((receipt) -> Round.millis(receipt.lag()))
			.toList();
		REPORT.row(name, Report.percentile(lags, 50), Report.percentile(lags, 99), Report.percentile(lags, 100));
	}

	private static void readingRow(int registered, String exchange, TickTockProcess tickTock) {
		HttpRequest listing = HttpRequest
			.newBuilder(URI.create("http://localhost:%d/api/exchanges/%%2F/%s/bindings/source?columns=%s"
				.formatted(NODE.managementPort(), exchange, "destination,destination_type,routing_key,arguments")))
			.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8)))
			.build();
		String reading = "ticktock.discovery.read?tag=outcome:success";
		double count = meter(tickTock, reading, "COUNT");
		REPORT.row("%,d registered".formatted(registered), Commands.send(listing).body().length(),
				meter(tickTock, reading, "TOTAL_TIME") / count * 1000, meter(tickTock, reading, "MAX") * 1000);
	}

	private static double startSeconds(List<String> options, List<String> arguments) {
		List<Double> seconds = new ArrayList<>();
		for (int i = 0; i < STARTS; i++) {
			try (TickTockProcess started = TickTockProcess.launchPackaged(options, arguments)) {
				seconds.add(Double.parseDouble(started.await(".*" + STARTED_AFTER).group(1)));
			}
		}
		return Report.median(seconds);
	}

	/** Starts a TickTock that publishes to an exchange; the built-in schedules are on. */
	private static TickTockProcess tickTock(List<String> options, String exchange, String... more) {
		TickTockProcess process = TickTockProcess.launchPackaged(options, arguments(exchange, more));
		process.awaitLog(STARTED);
		return process;
	}

	private static List<String> arguments(String exchange, String... more) {
		List<String> arguments = NODE.arguments("--spring.rabbitmq.host=127.0.0.1",
				"--ticktock.scheduler.exchange=" + exchange);
		arguments.addAll(List.of(more));
		return arguments;
	}

	private static Recorder receiver(String exchange) throws IOException {
		return Recorder.bind(connection, exchange, exchange + ".queue", "#");
	}

	/** Takes what a receiver has, without the ticks of the built-in schedules. */
	private static List<Receipt> receipts(Recorder receiver) {
		return receiver.take().stream().filter((receipt) -> !receipt.event().startsWith("cron.")).toList();
	}

	/** Returns a statistic of a meter. */
	private static double meter(TickTockProcess tickTock, String name, String statistic) {
		return JsonMapper.shared()
			.readTree(tickTock.actuator("metrics/" + name))
			.required("measurements")
			.valueStream()
			.filter((each) -> each.required("statistic").asString().equals(statistic))
			.findFirst()
			.orElseThrow()
			.required("value")
			.asDouble();
	}

	private static Instant nextTwentySeconds() {
		return Instant.ofEpochSecond((Instant.now().getEpochSecond() / 20 + 1) * 20);
	}

	private static Instant nextSecond(int ahead) {
		return Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(ahead);
	}

	/** PerfTest, which only the profile brings. */
	interface Publisher {

		/**
		 * Publishes messages with bodies of a size, and waits until all are confirmed.
		 */
		Published publish(ConnectionFactory factory, String exchange, int messages, int size) throws Exception;

	}

	/**
	 * What a publisher has done.
	 *
	 * @param started when it published the first message
	 * @param lastConfirm the time from then to the last confirm
	 */
	record Published(Instant started, Duration lastConfirm) {

	}

}
