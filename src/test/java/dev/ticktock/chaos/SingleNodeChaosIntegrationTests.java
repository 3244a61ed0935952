package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

import com.rabbitmq.client.Connection;
import dev.ticktock.chaos.Witness.Heard;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three replicas on one node, ten one-second schedules, and a leader that is killed,
 * frozen, cut off and stopped. The system property {@code ticktock.chaos=long} runs the
 * long form.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class SingleNodeChaosIntegrationTests {

	private static final boolean LONG = "long".equals(System.getProperty("ticktock.chaos"));

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private static final Set<String> EVENTS = events();

	private final Random random = new Random(4711);

	private final RabbitMqNode node = new RabbitMqNode();

	private final String exchange = Names.unique("chaos");

	private static Set<String> events() {
		Set<String> events = new TreeSet<>();
		for (int i = 0; i < 10; i++) {
			events.add("job." + i);
		}
		return events;
	}

	private static int times(int shortForm, int longForm) {
		return LONG ? longForm : shortForm;
	}

	@BeforeAll
	void startNode() {
		this.node.start();
	}

	@AfterAll
	void stopNode() {
		this.node.close();
	}

	private List<String> arguments(String exchange) {
		List<String> arguments = new ArrayList<>(
				List.of("--spring.rabbitmq.port=" + this.node.port(), "--ticktock.scheduler.exchange=" + exchange));
		EVENTS.forEach((event) -> {
			arguments.add("--ticktock.scheduler.cron.%s.cron=* * * * * *".formatted(event));
			arguments.add("--ticktock.scheduler.cron.%s.validity=2m".formatted(event));
		});
		return arguments;
	}

	private Witness witness(String exchange) {
		return new Witness(List.of(this.node.port()), exchange, "quorum");
	}

	@Test
	void killedLeaders() {
		int kills = times(10, 200);
		String exchange = this.exchange + ".kill";
		Figures leaderless = new Figures();
		Figures silence = new Figures();
		Figures takeover = new Figures();
		try (Witness witness = witness(exchange); ReplicaSet replicas = new ReplicaSet(arguments(exchange)).start(3)) {
			for (int i = 0; i < kills; i++) {
				String leader = witness.leader();
				awaitRandomMoment();
				Instant killed = Instant.now();
				Heard last = witness.heard().get(witness.heard().size() - 1);
				replicas.kill(leader);
				Heard first = witness.awaitOtherThan(leader);
				silence.add(Duration.between(last.at(), first.at()).minusSeconds(1));
				leaderless.add(Duration.between(killed, replicas.led(first.leader())));
				takeover.add(replicas.tookOver(first.leader()));
				replicas.launch();
				if (i % 2 == 1) {
					replicas.awaitStandby();
				}
			}
			assertNothingMissingOrDoubled(witness, "kill -9 of the leader, " + kills + " times",
					"leaderless (kill to lead): %s; last to first tick beyond 1 s: %s; granted to first publish: %s"
						.formatted(leaderless.summary(), silence.summary(), takeover.summary()));
			assertThat(leaderless.percentile(99)).isLessThan(Duration.ofMillis(LONG ? 500 : 1500));
		}
	}

	private void awaitRandomMoment() {
		LockSupport.parkNanos(Duration.ofMillis(1200L + this.random.nextInt(1000)).toNanos());
	}

	@Test
	void frozenLeadersThatWakeUp() {
		int freezes = times(3, 20);
		String exchange = this.exchange + ".freeze";
		Figures silence = new Figures();
		try (Witness witness = witness(exchange); ReplicaSet replicas = new ReplicaSet(arguments(exchange)).start(3)) {
			for (int i = 0; i < freezes; i++) {
				String leader = witness.leader();
				awaitRandomMoment();
				Instant frozen = Instant.now();
				replicas.get(leader).freeze();
				Heard first = witness.awaitOtherThan(leader);
				silence.add(Duration.between(frozen, first.at()));
				replicas.get(leader).thaw();
				long standings = replicas.get(leader).countLogged("Standing by");
				Awaitility.await("the woken replica stands by again")
					.atMost(PATIENCE)
					.until(() -> replicas.get(leader).countLogged("Standing by") > standings);
			}
			assertNothingMissingOrDoubled(witness, "SIGSTOP and SIGCONT of the leader, " + freezes + " times",
					"frozen to first tick: " + silence.summary());
		}
	}

	@Test
	void restartedBroker() {
		int restarts = times(2, 20);
		String exchange = this.exchange + ".restart";
		Figures silence = new Figures();
		try (RabbitMqNode broker = new RabbitMqNode().start();
				Witness witness = new Witness(List.of(broker.port()), exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(with(arguments(exchange), broker)).start(3)) {
			for (int i = 0; i < restarts; i++) {
				witness.leader();
				awaitRandomMoment();
				Instant killed = Instant.now();
				broker.kill();
				broker.start();
				witness.awaitSlot(Instant.now().plusSeconds(2));
				silence.add(witness.longestSilence(killed, Instant.now()));
			}
			assertThat(replicas.names()).allMatch((name) -> replicas.get(name).isAlive());
			assertNothingMissingOrDoubled(witness, "broker killed and restarted, " + restarts + " times",
					"silence: " + silence.summary());
		}
	}

	private static List<String> with(List<String> arguments, RabbitMqNode broker) {
		List<String> all = new ArrayList<>(arguments.subList(1, arguments.size()));
		all.add("--spring.rabbitmq.port=" + broker.port());
		return all;
	}

	@Test
	void allReplicasDownOverASlotThatStaysValidAndOneThatDoesNot() {
		String exchange = this.exchange + ".outage";
		List<String> arguments = List.of("--spring.rabbitmq.port=" + this.node.port(),
				"--ticktock.scheduler.exchange=" + exchange, "--ticktock.scheduler.cron.stays.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.stays.validity=2m", "--ticktock.scheduler.cron.goes.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.goes.validity=1s");
		try (Witness witness = witness(exchange); ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
			Awaitility.await().atMost(PATIENCE).until(() -> of(witness, "goes").size() >= 1);
			replicas.names().forEach(replicas::kill);
			Instant slot = Instant.ofEpochSecond(Math.floorDiv(Instant.now().getEpochSecond(), 10) * 10 + 10);
			Awaitility.await().atMost(PATIENCE).until(() -> Instant.now().isAfter(slot.plusSeconds(2)));
			replicas.launch();
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> of(witness, "stays").stream().anyMatch((each) -> each.slot().isAfter(slot)));
			assertThat(of(witness, "stays")).filteredOn((each) -> each.slot().equals(slot))
				.singleElement()
				.satisfies((late) -> {
					long lateness = Duration.between(slot, late.at()).toMillis();
					assertThat(lateness).isGreaterThan(2000);
					assertThat(late.expiration()).isBetween(120_000 - lateness - 1, 120_000L - 2000);
				});
			assertThat(of(witness, "goes")).noneMatch((each) -> each.slot().equals(slot));
			assertThat(witness.doubled()).isEmpty();
		}
	}

	private static List<Heard> of(Witness witness, String event) {
		return witness.heard().stream().filter((each) -> each.event().equals(event)).toList();
	}

	@Test
	void rollingRestartThatBringsANewSchedule() {
		String exchange = this.exchange + ".rolling";
		Figures silence = new Figures();
		try (Witness witness = witness(exchange); ReplicaSet replicas = new ReplicaSet(arguments(exchange)).start(3)) {
			witness.leader();
			Instant begun = Instant.now();
			for (String old : replicas.names()) {
				String launched = replicas.launch("--ticktock.scheduler.cron.new.cron=*/5 * * * * *",
						"--ticktock.scheduler.cron.new.validity=1h");
				replicas.get(launched).awaitLog("Standing by");
				boolean led = witness.leader().equals(old);
				Instant stopped = Instant.now();
				replicas.terminate(old);
				if (led) {
					Heard first = witness.awaitOtherThan(old);
					silence.add(Duration.between(stopped, replicas.led(first.leader())));
				}
			}
			Awaitility.await().atMost(PATIENCE).until(() -> of(witness, "new").size() >= 2);
			List<Heard> news = of(witness, "new");
			Instant firstLed = replicas.names()
				.stream()
				.map((name) -> firstLed(replicas, name))
				.min(Instant::compareTo)
				.orElseThrow();
			assertThat(news.get(0).slot()).isAfter(begun).isAfterOrEqualTo(firstLed.minusSeconds(1));
			assertThat(replicas.names()).anySatisfy((name) -> assertThat(
					replicas.get(name).logged("The leader's schedules differ from this replica's: [new]"))
				.isTrue());
			assertNothingMissingOrDoubled(witness, "rolling restart with SIGTERM and a new schedule",
					"SIGTERM to the next lead: " + silence.summary());
		}
	}

	private static Instant firstLed(ReplicaSet replicas, String name) {
		return replicas.get(name)
			.log()
			.stream()
			.filter((line) -> line.contains("Became leader"))
			.map((line) -> Instant.parse(line.substring(0, line.indexOf(' '))))
			.findFirst()
			.orElse(Instant.MAX);
	}

	@Test
	void leaderQueueDeletedUnderTheLeader() throws Exception {
		int deletions = times(3, 20);
		String exchange = this.exchange + ".delete";
		try (Witness witness = witness(exchange);
				ReplicaSet replicas = new ReplicaSet(arguments(exchange)).start(3);
				Connection connection = this.node.connectionFactory().newConnection()) {
			for (int i = 0; i < deletions; i++) {
				witness.leader();
				awaitRandomMoment();
				connection.createChannel().queueDelete(exchange + ".leader");
				witness.awaitSlot(Instant.now().plusSeconds(2));
			}
			assertThat(replicas.names()).allMatch((name) -> replicas.get(name).isAlive());
			assertNothingMissingOrDoubled(witness, "leader queue deleted under the leader, " + deletions + " times",
					"");
		}
	}

	@Test
	void takeoversInARowWithoutTimeToRenew() {
		String exchange = this.exchange + ".row";
		List<String> arguments = arguments(exchange);
		try (Witness witness = witness(exchange); ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
			witness.leader();
			for (int i = 0; i < 25; i++) {
				String leader = replicas.leader();
				long terms = replicas.get(leader).countLogged("Lost the connection to the broker");
				closeConnections(leader);
				Awaitility.await()
					.atMost(PATIENCE)
					.pollInterval(Duration.ofMillis(20))
					.until(() -> replicas.get(leader).countLogged("Lost the connection to the broker") > terms);
			}
			witness.awaitSlot(Instant.now().plusSeconds(2));
			assertNothingMissingOrDoubled(witness, "25 takeovers in a row, no time to renew", "");
		}
	}

	private void closeConnections(String replica) {
		String pids = this.node.ctl("list_connections", "pid", "client_properties");
		String line = pids.lines()
			.filter((each) -> each.contains("ticktock " + replica + " leader"))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(pids));
		this.node.ctl("close_connection", line.substring(0, line.indexOf('\t')), "chaos");
	}

	@Test
	void anAcknowledgementTimeoutOfAMinute() {
		Duration length = LONG ? Duration.ofMinutes(30) : Duration.ofSeconds(100);
		String exchange = this.exchange + ".timeout";
		try (RabbitMqNode broker = new RabbitMqNode("consumer_timeout = 60000").start();
				Witness witness = new Witness(List.of(broker.port()), exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(with(arguments(exchange), broker)).start(2)) {
			String leader = witness.leader();
			Instant end = Instant.now().plus(length);
			Awaitility.await()
				.atMost(length.plusMinutes(1))
				.pollInterval(Duration.ofSeconds(1))
				.until(() -> Instant.now().isAfter(end));
			assertThat(witness.heard()).allMatch((each) -> each.leader().equals(leader));
			assertThat(replicas.get(leader).countLogged("Became leader")).isOne();
			assertNothingMissingOrDoubled(witness,
					"acknowledgement timeout of a minute, for " + length.toSeconds() + " s", "one term");
		}
	}

	private void assertNothingMissingOrDoubled(Witness witness, String scenario, String figures) {
		Instant last = Instant.now().minusSeconds(2);
		witness.awaitSlot(last.plusSeconds(3));
		List<String> missing = witness.missing(EVENTS, last);
		List<String> doubled = witness.doubled();
		Figures.report(scenario, "%d ticks, %d missing, %d doubled | %s".formatted(witness.heard().size(),
				missing.size(), doubled.size(), figures));
		assertThat(missing).isEmpty();
		assertThat(doubled).isEmpty();
	}

}
