package dev.ticktock.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.BareLoop;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bindings that are too large, too deep, too many or nonsense, while an honest worker
 * registers its schedule: with the memory that the image has.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class HostileBindingsIntegrationTests {

	/** In a reading, or after it, a binding is made; a third may end before its tick. */
	private static final double READINGS = 3;

	private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms32m",
			"-Xmx128m", "-XX:MaxMetaspaceSize=128m", "-XX:+ExitOnOutOfMemoryError");

	private static final Map<String, Object> EVERY_SECOND = Map.of("cron", "* * * * * *", "validity", "5m");

	/** How many honest schedules are measured, and for how many slots. */
	private static final int HONEST = 10;

	/** With two wildcards for many words, the most that RabbitMQ 4.3 takes, 250 bytes. */
	private static final int WORDS = 119;

	private static final int CHANNELS = 64;

	private static final int SLOTS = Scenario.times(20, 200);

	private static final int USUAL = Scenario.times(90, 99);

	private final RabbitMqNode node = new RabbitMqNode();

	private final Random random = new Random(20261124);

	private String exchange = "";

	private Connection connection;

	private Channel channel;

	@BeforeAll
	void startNode() {
		this.node.start();
	}

	@AfterAll
	void stopNode() {
		this.node.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.exchange = Names.unique("test.hostile");
		this.connection = this.node.connectionFactory().newConnection("hostile");
		this.channel = this.connection.createChannel();
		this.channel.exchangeDeclare(this.exchange, "topic", true);
		this.channel.queueDeclare(this.exchange + ".hostile", true, false, false, null);
	}

	@AfterEach
	void disconnect() {
		this.connection.abort();
	}

	private void bind(String key, Map<String, Object> arguments) throws Exception {
		this.channel.queueBind(this.exchange + ".hostile", this.exchange, key, arguments);
	}

	/** On several channels, because the broker needs some milliseconds for each. */
	private void bindAll(int count, IntFunction<String> key, IntFunction<Map<String, Object>> arguments)
			throws Exception {
		List<Channel> channels = new ArrayList<>();
		for (int i = 0; i < CHANNELS; i++) {
			channels.add(this.connection.createChannel());
		}
		for (int i = 0; i < count; i++) {
			channels.get(i % CHANNELS)
				.queueBindNoWait(this.exchange + ".hostile", this.exchange, key.apply(i), arguments.apply(i));
		}
		for (Channel each : channels) {
			each.queueDeclarePassive(this.exchange + ".hostile");
			each.close();
		}
	}

	/** The client writes nested lists by recursion. */
	private void bindDeeply(String key, Map<String, Object> arguments) throws Exception {
		FutureTask<Void> bind = new FutureTask<>(() -> {
			bind(key, arguments);
			return null;
		});
		new Thread(null, bind, "bind", 256 * 1024 * 1024).start();
		bind.get(30, TimeUnit.SECONDS);
	}

	private TickTockProcess tickTock(String interval) {
		TickTockProcess tickTock = TickTockProcess.launch(OPTIONS, this.node
			.arguments("--ticktock.discovery.interval=" + interval, "--ticktock.scheduler.exchange=" + this.exchange));
		tickTock.awaitLog("Became leader");
		return tickTock;
	}

	/** Registers a schedule and waits until it is in force. */
	private Duration registerHonestly() throws Exception {
		String queue = Names.unique("honest");
		Instant bound = Instant.now();
		Recorder.bind(this.connection, this.exchange, queue, queue, EVERY_SECOND).await(1, Duration.ofSeconds(60));
		return Duration.between(bound, Instant.now());
	}

	private void assertUnharmed(TickTockProcess tickTock, String attack) throws Exception {
		for (int i = 0; i < 2; i++) {
			double read = readings(tickTock, "success");
			Duration took = registerHonestly();
			System.out.println(attack + ": an honest registration was in force after " + took + ", resident memory "
					+ tickTock.residentMebibytes() + " MiB");
			assertThat(readings(tickTock, "success") - read).isBetween(1.0, READINGS);
			assertThat(readings(tickTock, "failure")).isZero();
		}
		assertThat(tickTock.isAlive()).isTrue();
		assertThat(tickTock.logged("unexpected failure")).isFalse();
		assertThat(tickTock.residentMebibytes()).isLessThan(256);
	}

	@Test
	void sixHundredArgumentsOfAHundredKilobytes() throws Exception {
		try (TickTockProcess tickTock = tickTock("2s")) {
			Map<String, Object> arguments = Map.of("note", "x".repeat(100_000));
			bindAll(600, (i) -> "large." + i, (i) -> arguments);
			assertUnharmed(tickTock, "600 x 100 KB");
		}
	}

	@Test
	void aScheduleOfSixThousandListsInEachOther() throws Exception {
		try (TickTockProcess tickTock = tickTock("2s")) {
			Object nested = List.of();
			for (int i = 0; i < 6000; i++) {
				nested = List.of(nested);
			}
			bindDeeply("deep", Map.of("cron", nested));
			bind("long", Map.of("cron", "*".repeat(100_000)));
			assertUnharmed(tickTock, "6,000 lists");
			tickTock.awaitLog("to \"deep\" registers nothing: its argument cron is not a string");
			tickTock.awaitLog("to \"long\" registers nothing: its argument cron is longer than 1000 characters");
		}
	}

	@Test
	void twoThousandBindingsAtRandom() throws Exception {
		try (TickTockProcess tickTock = tickTock("2s")) {
			bindAll(2000, (i) -> text(this.random.nextInt(60)), (i) -> arguments());
			assertUnharmed(tickTock, "2,000 at random");
			assertThat(tickTock.countLogged(" WARN ")).isLessThan(100);
		}
	}

	@Test
	void fiveThousandKeysThatAreAsLongAsTheyCanBe() throws Exception {
		try (TickTockProcess tickTock = tickTock("2s")) {
			bindAll(5000, (i) -> ((i % 2 == 0) ? "*.w" : "#.w") + i + ".*".repeat(WORDS) + ".#", (i) -> Map.of());
			assertUnharmed(tickTock, "5,000 keys of 250 bytes with wildcards");
			assertThat(tickTock.actuator("ticktock")).contains("\"summary\"");
		}
	}

	@Test
	void fiftyThousandPlainBindingsAndTenThousandSchedulesOfOneQueue() throws Exception {
		try (TickTockProcess tickTock = tickTock("5s")) {
			Recorder recorder = registerHonestSchedules();
			String beside = Names.unique("bare");
			Recorder bare = Recorder.bind(this.connection, this.exchange, beside, beside);
			BareLoop.start(this.connection, this.exchange, beside);
			bindAll(10_000, (i) -> "greedy." + i, (i) -> Map.of("cron", "0 0 0 1 1 *"));
			bindAll(50_000, (i) -> "plain." + i, (i) -> Map.of());
			tickTock.awaitLog("max-schedules-per-queue");
			// The broker needs longer for its answer than an interval.
			Duration took = registerHonestly();
			double read = readings(tickTock, "success");
			int before = bare.receipts().size();
			Figures lag = lagOfSlots(recorder);
			Figures bareLag = new Figures();
			bare.receipts().stream().skip(before).forEach((receipt) -> bareLag.add(receipt.lag()));
			double readings = readings(tickTock, "success") - read;
			double resident = tickTock.residentMebibytes();
			Figures.report("50,000 plain bindings, and one queue that wants 10,000 schedules",
					"honest registration in force after %d ms; lag of honest schedules over %.0f readings: %s; of a bare loop beside: %s; resident %.0f MiB"
						.formatted(took.toMillis(), readings, lag.summary(), bareLag.summary(), resident));
			assertThat(tickTock.logged("unexpected failure")).isFalse();
			assertThat(resident).isLessThan(256);
			assertThat(tickTock.actuator("prometheus")).contains("ticktock_discovery_unread 0.0",
					"ticktock_discovery_schedules " + (501.0 + HONEST));
			assertThat(readings).isPositive();
			// Less than 50 ms on a quiet machine, where the bare loop takes 6 ms. What
			// holds up the bare loop is not TickTock, nor what holds up one slot of 20:
			// a reading takes several.
			assertThat(lag.percentile(USUAL)).isLessThan(bareLag.percentile(99).plusMillis(44));
		}
	}

	private Recorder registerHonestSchedules() throws Exception {
		String queue = Names.unique("honest.lag");
		this.channel.queueDeclare(queue, true, false, false, null);
		for (int i = 0; i < HONEST; i++) {
			this.channel.queueBind(queue, this.exchange, queue + "." + i, EVERY_SECOND);
		}
		Recorder recorder = new Recorder(this.connection, queue);
		recorder.await(HONEST, PATIENCE);
		return recorder;
	}

	private static Figures lagOfSlots(Recorder recorder) {
		int first = recorder.receipts().size();
		Figures lag = new Figures();
		recorder.await(first + HONEST * SLOTS, PATIENCE.plusSeconds(SLOTS))
			.stream()
			.skip(first)
			.forEach((receipt) -> lag.add(receipt.lag()));
		return lag;
	}

	private static double readings(TickTockProcess tickTock, String outcome) {
		return tickTock.meter("ticktock_discovery_read_seconds_count{outcome=\"%s\"".formatted(outcome));
	}

	private Map<String, Object> arguments() {
		Map<String, Object> arguments = new HashMap<>();
		for (String name : List.of("cron", "zone", "validity", "x-match", text(5))) {
			if (this.random.nextInt(3) > 0) {
				arguments.put(name, value(3));
			}
		}
		return arguments;
	}

	private Object value(int depth) {
		return switch (this.random.nextInt((depth > 0) ? 9 : 6)) {
			case 0 -> this.random.nextLong();
			case 1 -> this.random.nextDouble();
			case 2 -> this.random.nextBoolean();
			case 3 -> "0 " + this.random.nextInt(70) + " * * * *";
			case 4 -> text(this.random.nextInt(2000));
			case 5 -> new Date(this.random.nextInt() * 1000L);
			case 6 -> new ArrayList<>(List.of(value(depth - 1), value(depth - 1)));
			case 7 -> text(10).getBytes(StandardCharsets.UTF_16);
			default -> new HashMap<>(Map.of("cron", value(depth - 1)));
		};
	}

	private String text(int length) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < length; i++) {
			text.append("ab.*#@ \"\\\n\t\u0000\u0085\u2028\u202eåé日\uD83D\uDE00/0123".charAt(this.random.nextInt(18)));
		}
		return text.toString();
	}

}
