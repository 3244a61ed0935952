package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three replicas on one node, ten one-second schedules, and a leader that is killed,
 * frozen and cut off, or loses its queue. The system property {@code ticktock.chaos=long}
 * runs the long form.
 */
@RequiresRabbitMq(privateNode = true)
class LeaderChaosIntegrationTests {

	private final Random random = new Random(4711);

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("chaos");

	@Test
	void killedLeaders() {
		int kills = Form.times(10, 200);
		String exchange = this.exchange + ".kill";
		Figures leaderless = new Figures();
		Figures silence = new Figures();
		Figures takeover = new Figures();
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
			for (int i = 0; i < kills; i++) {
				String leader = witness.leader();
				Moment.awaitAny(this.random);
				Instant killed = Instant.now();
				List<Heard> heard = witness.heard();
				Heard last = heard.get(heard.size() - 1);
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

	@Test
	void frozenLeadersThatWakeUp() {
		int freezes = Form.times(3, 20);
		String exchange = this.exchange + ".freeze";
		Figures silence = new Figures();
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
			for (int i = 0; i < freezes; i++) {
				String leader = witness.leader();
				Moment.awaitAny(this.random);
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
			assertThat(silence.percentile(50)).isLessThan(Form.MEDIAN_SILENCE);
		}
	}

	/**
	 * As a snapshot of its machine does. It leads after it has resumed, and does not
	 * publish again the ticks that others have published in the meantime.
	 */
	@ParameterizedTest
	@MethodSource
	void suspendedStandbys(int seconds, int changes) {
		String exchange = this.exchange + ".suspend." + seconds + "." + changes;
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
			String leader = witness.leader();
			String standby = replicas.names().stream().filter((name) -> !name.equals(leader)).findFirst().orElseThrow();
			Instant end = Instant.now().plusSeconds(seconds);
			replicas.get(standby).freeze();
			for (int i = 0; i < changes; i++) {
				witness.awaitSlot(Instant.now().plusSeconds(2));
				replicas.launch();
				String killed = witness.leader();
				replicas.kill(killed);
				witness.awaitOtherThan(killed);
			}
			witness.awaitSlot(end);
			long standings = replicas.get(standby).countLogged("Standing by");
			replicas.get(standby).thaw();
			Awaitility.await("the woken replica stands by again")
				.atMost(RECOVERY)
				.until(() -> replicas.get(standby).countLogged("Standing by") > standings);
			replicas.names().stream().filter((name) -> !name.equals(standby)).forEach(replicas::kill);
			replicas.get(standby).awaitLog("Became leader");
			Verdict.nothingMissingOrDoubled(witness,
					"a standby suspended for %d s over %d changes of the leader, then leading".formatted(seconds,
							changes),
					"granted to first publish: %d ms".formatted(replicas.tookOver(standby).toMillis()));
		}
	}

	static Stream<Arguments> suspendedStandbys() {
		return IntStream.of(30, 90, 125, 400)
			.limit(Form.times(1, 4))
			.boxed()
			.flatMap((seconds) -> Stream.of(1, 2).map((changes) -> Arguments.of(seconds, changes)));
	}

	@Test
	void leaderQueueDeletedUnderTheLeader() throws Exception {
		int deletions = Form.times(3, 20);
		String exchange = this.exchange + ".delete";
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3);
				Connection connection = this.node.connectionFactory().newConnection()) {
			for (int i = 0; i < deletions; i++) {
				witness.leader();
				Moment.awaitAny(this.random);
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
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(2)) {
			witness.leader();
			for (int i = 0; i < 25; i++) {
				String leader = replicas.leader();
				long terms = replicas.get(leader).countLogged("Lost the connection to the broker");
				// The broker may list a connection that it has closed already.
				Awaitility.await()
					.atMost(RECOVERY)
					.ignoreExceptions()
					.pollInterval(Duration.ofSeconds(1))
					.pollDelay(Duration.ZERO)
					.until(() -> {
						boolean lost = replicas.get(leader).countLogged("Lost the connection to the broker") > terms;
						if (!lost) {
							closeConnections(leader);
						}
						return lost;
					});
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

}
