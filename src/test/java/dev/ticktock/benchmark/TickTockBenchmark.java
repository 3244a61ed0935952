package dev.ticktock.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.benchmark.Receiver.Note;
import dev.ticktock.benchmark.TimetableCost.Kind;
import dev.ticktock.support.Docker;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures a packaged TickTock on a RabbitMQ of its own. Fails if a tick is missing or
 * doubled, never for being slow.
 */
@RequiresRabbitMq(privateNode = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TickTockBenchmark {

	private static final Clock CLOCK = Clock.systemUTC();

	private static final RabbitMqNode NODE = new RabbitMqNode();

	private static final Report REPORT = new Report();

	private static final List<String> SMALL_JVM = List.of("-XX:+UseSerialGC", "-Xmx64m");

	private static final String STARTED = "Started TickTockApplication";

	/** Slots of a process that is not warm yet are not counted. */
	private static final int WARM_UP = 15;

	private static final int LAG_SLOTS = 180;

	private static final int FULL_SLOT = 10_000;

	private static final int FULL_SLOTS_WARM_UP = 4;

	private static final int FULL_SLOTS = 10;

	private static final int STARTS = 5;

	private static final int IMAGE_STARTS = 9;

	/** Bytes of properties that are a delivery mode and a timestamp only. */
	private static final int BARE_PROPERTIES = 11;

	private static final int MANY = 100_000;

	private static final int REGISTERED = 1000;

	private static final String TICKS = "TickTock, start is the slot";

	private static final String LIKE_RECORDED = "PerfTest, messages like ticks, to a queue and a stream";

	private static final String UNRECORDED = "TickTock without a journal";

	private static final String LIKE = "PerfTest, messages like ticks, to a queue";

	private static final String PLAIN = "PerfTest, as many bytes, nearly all in the body, to a queue";

	@BeforeAll
	static void start() throws IOException {
		NODE.start();
		REPORT.machine(NODE);
	}

	@AfterAll
	static void report() throws IOException {
		NODE.close();
		REPORT.write(Path.of("target/benchmark.md"));
	}

	@Test
	@Order(1)
	void lagFromSlotToReceiptBesideABareLoop() throws IOException {
		String exchange = "benchmark.lag";
		try (JavaProcess receiver = receiver(exchange);
				JavaProcess tickTock = tickTock(List.of(), exchange, "--ticktock.scheduler.cron.tick=* * * * * *");
				JavaProcess loop = JavaProcess.main("BareLoop", List.of(), Integer.toString(NODE.port()), exchange,
						"loop")) {
			sleepUntil(nextSecond(1) + 500);
			notes(receiver);
			sleepUntil(nextSecond(WARM_UP + LAG_SLOTS) + 500);
			List<Note> notes = notes(receiver);
			assertThat(loop.isAlive()).isTrue();
			REPORT.section("Lag: from the slot to a worker's receipt, %d slots of a one-second schedule, ms"
				.formatted(LAG_SLOTS));
			REPORT.header("publisher", "p50", "p99", "max");
			for (String key : List.of("tick", "loop")) {
				List<Note> own = notes.stream().filter((note) -> note.key().equals(key)).toList();
				assertEverySecondOnce(own);
				List<Double> lags = own.stream().skip(own.size() - LAG_SLOTS).map(Note::lagMillis).toList();
				REPORT.row(key.equals("tick") ? "TickTock" : "bare loop", Report.percentile(lags, 50),
						Report.percentile(lags, 99), Report.percentile(lags, 100));
			}
			REPORT.line("\nResident memory of this TickTock then, default JVM settings: %.0f MiB."
				.formatted(tickTock.residentMebibytes()));
			REPORT.load();
		}
	}

	@Test
	@Order(2)
	void slotWithManySchedulesDueBesidePerfTest(@TempDir Path folder) throws IOException {
		String exchange = "benchmark.full";
		String without = exchange + ".without";
		String perf = exchange + ".perf";
		String recorded = exchange + ".perf.recorded";
		Map<String, List<Round>> rounds = new LinkedHashMap<>();
		List.of(TICKS, LIKE_RECORDED, UNRECORDED, LIKE, PLAIN).forEach((name) -> rounds.put(name, new ArrayList<>()));
		try (JavaProcess receiver = receiver(exchange);
				JavaProcess receiverWithout = receiver(without);
				JavaProcess receiverOfPerfTest = receiver(perf);
				JavaProcess receiverOfRecorded = receiver(recorded, recorded + ".stream");
				JavaProcess perfTest = perfTest(perf);
				JavaProcess perfTestRecorded = perfTest(recorded);
				JavaProcess tickTock = fullSlots(exchange, schedules(folder, 0));
				JavaProcess tickTockWithout = fullSlots(without, schedules(folder, 10),
						"--ticktock.journal.enabled=false")) {
			sleepUntil(nextTwentySeconds() + 16_000);
			notes(receiver);
			notes(receiverWithout);
			for (int i = 0; i < FULL_SLOTS_WARM_UP + FULL_SLOTS; i++) {
				long slot = nextTwentySeconds();
				Note tick = round(tickTock, receiver, slot, of(rounds, TICKS));
				of(rounds, LIKE_RECORDED).add(perfTestRound(perfTestRecorded, receiverOfRecorded, tick.body(), true));
				round(tickTockWithout, receiverWithout, slot + 10_000, of(rounds, UNRECORDED));
				of(rounds, LIKE).add(perfTestRound(perfTest, receiverOfPerfTest, tick.body(), true));
				int bytes = tick.body() + tick.properties() - BARE_PROPERTIES;
				of(rounds, PLAIN).add(perfTestRound(perfTest, receiverOfPerfTest, bytes, false));
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
			REPORT.line("- TickTock without a journal to PerfTest, a queue: %.2f; nearly all in the body: %.2f"
				.formatted(confirmWithout / of(confirms, LIKE), confirmWithout / of(confirms, PLAIN)));
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

	private static JavaProcess fullSlots(String exchange, Path schedules, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.config.additional-location=file:" + schedules,
				// The maximum lasts for 6 to 9 s, so it is always of the latest slot.
				"--management.metrics.distribution.expiry.[ticktock.tick.lag]=9s",
				"--management.metrics.distribution.buffer-length.[ticktock.tick.lag]=3"));
		arguments.addAll(List.of(more));
		return tickTock(List.of(), exchange, arguments.toArray(String[]::new));
	}

	/**
	 * Waits for a full slot and measures it.
	 * @return one of its ticks
	 */
	private static Note round(JavaProcess tickTock, JavaProcess receiver, long slot, List<Round> rounds) {
		sleepUntil(slot + 3000);
		List<Note> notes = notes(receiver);
		assertEveryEventOnce(notes, slot);
		rounds.add(Round.of(notes, (double) slot, tickTock.meter("ticktock.tick.lag", "MAX") * 1000));
		return notes.get(0);
	}

	private static JavaProcess perfTest(String exchange) {
		JavaProcess perfTest = JavaProcess.main("PerfTestRounds", List.of(), Integer.toString(NODE.port()), exchange,
				"event.00000");
		perfTest.line("ready");
		return perfTest;
	}

	@Test
	@Order(3)
	void heapAndIdleSecondOfManySchedules() {
		REPORT.section("%,d schedules in a timetable".formatted(MANY));
		REPORT.header("lines", "heap per schedule, bytes", "to set up, ms", "an idle second, ns");
		for (Kind kind : Kind.values()) {
			try (JavaProcess cost = JavaProcess.main("TimetableCost", List.of("-XX:+UseSerialGC", "-Xmx1g"),
					Integer.toString(MANY), kind.name())) {
				REPORT.row(kind.words,
						Stream.of(cost.line().split(" ", -1)).mapToDouble(Double::parseDouble).toArray());
			}
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
		try (JavaProcess large = tickTock(List.of(), "benchmark.memory");
				JavaProcess small = tickTock(SMALL_JVM, "benchmark.memory.small")) {
			REPORT.section("Resident memory with the built-in schedules, MiB");
			REPORT.header("", "default JVM settings", String.join(" ", SMALL_JVM));
			REPORT.row("just started", large.residentMebibytes(), small.residentMebibytes());
			sleepUntil(nextSecond(120));
			REPORT.row("two minutes later", large.residentMebibytes(), small.residentMebibytes());
			REPORT.load();
		}
	}

	/** The starts take turns, so that a busy minute of the machine is everybody's. */
	@Test
	@Order(5)
	void startUpAndResidentMemoryOfTheImage() throws IOException {
		String image = Docker.image();
		String uncached = "--entrypoint=java";
		Map<String, List<String>> starts = new LinkedHashMap<>();
		starts.put("the image", List.of(image));
		starts.put("without its cache", List.of(uncached, image, "-jar", "ticktock.jar"));
		starts.put("nor its options", List.of("-e", "JAVA_TOOL_OPTIONS=", uncached, image, "-jar", "ticktock.jar"));
		Map<String, List<Double>> seconds = new HashMap<>();
		Map<String, List<Double>> mebibytes = new HashMap<>();
		for (int i = 0; i < IMAGE_STARTS; i++) {
			for (Map.Entry<String, List<String>> start : starts.entrySet()) {
				List<String> command = new ArrayList<>(List.of("--network", "host"));
				command.addAll(start.getValue());
				command.addAll(arguments("benchmark.image", "--server.port=0"));
				try (Docker.Container started = Docker.start(command.toArray(String[]::new))) {
					String line = started.awaitLog(STARTED);
					seconds.computeIfAbsent(start.getKey(), (key) -> new ArrayList<>())
						.add(Double.parseDouble(line.replaceFirst(".*process running for ([\\d.]+).*", "$1")));
					sleepUntil(nextSecond(5));
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
		try (JavaProcess receiver = receiver(with);
				JavaProcess receiverWithout = receiver(without);
				Connection connection = NODE.connectionFactory().newConnection("registering")) {
			Channel channel = connection.createChannel();
			for (int i = 0; i < REGISTERED; i++) {
				channel.queueBind(with + ".queue", with, "registered.job.%04d".formatted(i),
						Map.of("cron", "0 %d %d * * *".formatted(i % 60, i % 24), "zone", "Europe/Oslo"));
			}
			String quota = "--ticktock.discovery.max-schedules-per-queue=%d".formatted(REGISTERED);
			try (JavaProcess tickTock = tickTock(List.of(), with, tick, quota);
					JavaProcess tickTockWithout = tickTock(List.of(), without, tick)) {
				tickTock.line("Workers have registered");
				sleepUntil(nextSecond(WARM_UP) + 500);
				notes(receiver);
				notes(receiverWithout);
				sleepUntil(nextSecond(LAG_SLOTS) + 500);
				REPORT.section("Lag beside %,d registered schedules, %d slots of a one-second schedule, ms"
					.formatted(REGISTERED, LAG_SLOTS));
				REPORT.header("TickTock", "p50", "p99", "max");
				lagRow("registered by bindings: %,d".formatted(REGISTERED), receiver);
				lagRow("none, at the same time", receiverWithout);
				assertThat(tickTock.meter("ticktock.discovery.schedules", "VALUE")).isEqualTo(REGISTERED);
				REPORT.section("One reading of the bindings");
				REPORT.header("bindings", "bytes", "mean, ms", "max of late, ms");
				readingRow(REGISTERED, with, tickTock);
				readingRow(0, without, tickTockWithout);
				REPORT.load();
			}
		}
	}

	private static void lagRow(String name, JavaProcess receiver) {
		List<Note> notes = notes(receiver);
		assertThat(notes).hasSizeGreaterThanOrEqualTo(LAG_SLOTS - 1);
		List<Double> lags = notes.stream().map(Note::lagMillis).toList();
		REPORT.row(name, Report.percentile(lags, 50), Report.percentile(lags, 99), Report.percentile(lags, 100));
	}

	private static void readingRow(int registered, String exchange, JavaProcess tickTock) throws Exception {
		HttpRequest listing = HttpRequest
			.newBuilder(URI.create("http://localhost:%d/api/exchanges/%%2F/%s/bindings/source?columns=%s"
				.formatted(NODE.managementPort(), exchange, "destination,destination_type,routing_key,arguments")))
			.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8)))
			.build();
		byte[] body = HttpClient.newHttpClient().send(listing, HttpResponse.BodyHandlers.ofByteArray()).body();
		String reading = "ticktock.discovery.read?tag=outcome:success";
		double count = tickTock.meter(reading, "COUNT");
		REPORT.row("%,d registered".formatted(registered), body.length,
				tickTock.meter(reading, "TOTAL_TIME") / count * 1000, tickTock.meter(reading, "MAX") * 1000);
	}

	private static double startSeconds(List<String> options, List<String> arguments) {
		List<Double> seconds = new ArrayList<>();
		for (int i = 0; i < STARTS; i++) {
			try (JavaProcess started = JavaProcess.tickTock(options, arguments)) {
				started.line(STARTED);
				seconds.add(started.age().toMillis() / 1000.0);
			}
		}
		return Report.median(seconds);
	}

	/** Starts a TickTock that publishes to an exchange; the built-in schedules are on. */
	private static JavaProcess tickTock(List<String> options, String exchange, String... more) {
		JavaProcess process = JavaProcess.tickTock(options, arguments(exchange, more));
		process.line(STARTED);
		return process;
	}

	private static List<String> arguments(String exchange, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.rabbitmq.host=127.0.0.1",
				"--spring.rabbitmq.port=" + NODE.port(), "--ticktock.scheduler.exchange=" + exchange,
				"--ticktock.discovery.management-url=http://127.0.0.1:" + NODE.managementPort()));
		arguments.addAll(List.of(more));
		return arguments;
	}

	private static JavaProcess receiver(String exchange, String... stream) {
		List<String> arguments = new ArrayList<>(List.of(Integer.toString(NODE.port()), exchange, exchange + ".queue"));
		arguments.addAll(List.of(stream));
		JavaProcess receiver = JavaProcess.main("Receiver", List.of(), arguments.toArray(String[]::new));
		receiver.line("ready");
		return receiver;
	}

	/** Takes the receiver's notes, without those of the built-in schedules. */
	private static List<Note> notes(JavaProcess receiver) {
		List<Note> notes = new ArrayList<>();
		receiver.send("notes");
		for (String line = receiver.line(); !line.equals("end"); line = receiver.line()) {
			Note note = Note.parse(line);
			if (!note.key().startsWith("cron.")) {
				notes.add(note);
			}
		}
		return notes;
	}

	private static Round perfTestRound(JavaProcess perfTest, JavaProcess receiver, int size, boolean likeATick) {
		perfTest.send("%d %d %s".formatted(FULL_SLOT, size, likeATick));
		String[] words = perfTest.line("round ").split(" ", -1);
		List<Note> notes = new ArrayList<>(notes(receiver));
		long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
		while (notes.size() < FULL_SLOT && System.nanoTime() < deadline) {
			notes.addAll(notes(receiver));
		}
		assertThat(notes).hasSize(FULL_SLOT);
		return Round.of(notes, Long.parseLong(words[1]) / 1000.0, Long.parseLong(words[2]) / 1000.0);
	}

	/** Fails unless there is one tick for every slot between the first and the last. */
	private static void assertEverySecondOnce(List<Note> notes) {
		List<Long> slots = notes.stream().map(Note::slotMillis).toList();
		assertThat(slots).hasSizeGreaterThanOrEqualTo(LAG_SLOTS)
			.isEqualTo(LongStream.range(0, slots.size()).map((i) -> slots.get(0) + 1000 * i).boxed().toList());
	}

	/** Fails unless there is one tick for every schedule, all of that slot. */
	private static void assertEveryEventOnce(List<Note> notes, long slot) {
		assertThat(notes).hasSize(FULL_SLOT).allMatch((note) -> note.slotMillis() == slot);
		assertThat(notes.stream().map(Note::key).distinct()).hasSize(FULL_SLOT);
	}

	private static long now() {
		return CLOCK.millis();
	}

	private static long nextTwentySeconds() {
		return (now() / 20_000 + 1) * 20_000;
	}

	private static long nextSecond(int ahead) {
		return (now() / 1000 + ahead) * 1000;
	}

	private static void sleepUntil(long millis) {
		for (long left = millis - now(); left > 0; left = millis - now()) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(left));
		}
	}

}
