package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import dev.ticktock.support.Witness.Heard;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three replicas on one node, ten one-second schedules, and a leader that is killed,
 * frozen, cut off and stopped. The system property {@code ticktock.chaos=long} runs the
 * long form.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class SingleNodeChaosIntegrationTests {

	private final Random random = new Random(4711);

	private final RabbitMqNode node = new RabbitMqNode();

	private final String exchange = Names.unique("chaos");

	@BeforeAll
	void startNode() {
		this.node.start();
	}

	@AfterAll
	void stopNode() {
		this.node.close();
	}

	private Witness witness(String exchange) {
		return new Witness(List.of(this.node.port()), exchange, "quorum");
	}

	@Test
	void killedLeaders() {
		int kills = Form.times(10, 200);
		String exchange = this.exchange + ".kill";
		Figures leaderless = new Figures();
		Figures silence = new Figures();
		Figures takeover = new Figures();
		try (Witness witness = witness(exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
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
			Verdict.nothingMissingOrDoubled(witness, "kill -9 of the leader, " + kills + " times",
					"leaderless (kill to lead): %s; last to first tick beyond 1 s: %s; granted to first publish: %s"
						.formatted(leaderless.summary(), silence.summary(), takeover.summary()));
			assertThat(leaderless.percentile(99)).isLessThan(Duration.ofMillis(Form.LONG ? 500 : 1500));
		}
	}

	private void awaitRandomMoment() {
		Moment.await(Instant.now().plusMillis(1200L + this.random.nextInt(1000)));
	}

	@Test
	void frozenLeadersThatWakeUp() {
		int freezes = Form.times(3, 20);
		String exchange = this.exchange + ".freeze";
		Figures silence = new Figures();
		try (Witness witness = witness(exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
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
					.atMost(RECOVERY)
					.until(() -> replicas.get(leader).countLogged("Standing by") > standings);
			}
			Verdict.nothingMissingOrDoubled(witness, "SIGSTOP and SIGCONT of the leader, " + freezes + " times",
					"frozen to first tick: " + silence.summary());
		}
	}

	@Test
	void restartedBroker() {
		int restarts = Form.times(2, 20);
		String exchange = this.exchange + ".restart";
		Figures silence = new Figures();
		try (RabbitMqNode broker = new RabbitMqNode().start();
				Witness witness = new Witness(List.of(broker.port()), exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(broker, exchange)).start(3)) {
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
			Verdict.nothingMissingOrDoubled(witness, "broker killed and restarted, " + restarts + " times",
					"silence: " + silence.summary());
		}
	}

	@Test
	void allReplicasDownOverASlotThatStaysValidAndOneThatDoesNot() {
		String exchange = this.exchange + ".outage";
		List<String> arguments = List.of("--spring.rabbitmq.port=" + this.node.port(),
				"--ticktock.scheduler.exchange=" + exchange, "--ticktock.scheduler.cron.stays.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.stays.validity=2m", "--ticktock.scheduler.cron.goes.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.goes.validity=1s");
		try (Witness witness = witness(exchange); ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
			Awaitility.await().atMost(RECOVERY).until(() -> of(witness, "goes").size() >= 1);
			replicas.names().forEach(replicas::kill);
			Instant slot = Instant.ofEpochSecond(Math.floorDiv(Instant.now().getEpochSecond(), 10) * 10 + 10);
			Moment.await(slot.plusSeconds(2));
			replicas.launch();
			Awaitility.await()
				.atMost(RECOVERY)
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
		try (Witness witness = witness(exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
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
			Awaitility.await().atMost(RECOVERY).until(() -> of(witness, "new").size() >= 2);
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
			Verdict.nothingMissingOrDoubled(witness, "rolling restart with SIGTERM and a new schedule",
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
		int deletions = Form.times(3, 20);
		String exchange = this.exchange + ".delete";
		try (Witness witness = witness(exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3);
				Connection connection = this.node.connectionFactory().newConnection()) {
			for (int i = 0; i < deletions; i++) {
				witness.leader();
				awaitRandomMoment();
				connection.createChannel().queueDelete(exchange + ".leader");
				witness.awaitSlot(Instant.now().plusSeconds(2));
			}
			assertThat(replicas.names()).allMatch((name) -> replicas.get(name).isAlive());
			Verdict.nothingMissingOrDoubled(witness, "leader queue deleted under the leader, " + deletions + " times",
					"");
		}
	}

	@Test
	void takeoversInARowWithoutTimeToRenew() {
		String exchange = this.exchange + ".row";
		try (Witness witness = witness(exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(2)) {
			witness.leader();
			for (int i = 0; i < 25; i++) {
				String leader = replicas.leader();
				long terms = replicas.get(leader).countLogged("Lost the connection to the broker");
				closeConnections(leader);
				Awaitility.await()
					.atMost(RECOVERY)
					.pollInterval(Duration.ofMillis(20))
					.until(() -> replicas.get(leader).countLogged("Lost the connection to the broker") > terms);
			}
			witness.awaitSlot(Instant.now().plusSeconds(2));
			Verdict.nothingMissingOrDoubled(witness, "25 takeovers in a row, no time to renew", "");
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
		Duration length = Form.LONG ? Duration.ofMinutes(30) : Duration.ofSeconds(100);
		String exchange = this.exchange + ".timeout";
		try (RabbitMqNode broker = new RabbitMqNode("consumer_timeout = 60000").start();
				Witness witness = new Witness(List.of(broker.port()), exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(broker, exchange)).start(2)) {
			String leader = witness.leader();
			witness.awaitSlot(Instant.now().plus(length));
			assertThat(witness.heard()).allMatch((each) -> each.leader().equals(leader));
			assertThat(replicas.get(leader).countLogged("Became leader")).isOne();
			Verdict.nothingMissingOrDoubled(witness,
					"acknowledgement timeout of a minute, for " + length.toSeconds() + " s", "one term");
		}
	}

}
