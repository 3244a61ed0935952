package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Moment;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Relay;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.Witness;
import dev.ticktock.support.Witness.Heard;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas on one node, of which the leader is killed, frozen, cut off and restarted, or
 * loses its queue.
 */
@RequiresRabbitMq(privateNode = true)
class LeaderChaosIntegrationTests {

	/** RabbitMQ 4 drops a token that has been returned 20 times. */
	private static final int TAKEOVERS_IN_A_ROW = 25;

	private final RabbitMqNode node = RabbitMqNode.shared();

	@Test
	void killedLeaders() {
		int kills = Scenario.times(6, 200);
		Figures leaderless = new Figures();
		Figures silence = new Figures();
		Figures takeover = new Figures();
		try (Scenario scenario = new Scenario(this.node, "kill", 3)) {
			for (int i = 0; i < kills; i++) {
				String leader = scenario.witness.leader();
				Moment.awaitAny();
				List<Heard> heard = scenario.witness.heard();
				Heard last = heard.get(heard.size() - 1);
				Instant killed = Instant.now();
				scenario.replicas.kill(leader);
				Heard first = scenario.witness.awaitOtherThan(leader);
				silence.add(Duration.between(last.at(), first.at()).minusSeconds(1));
				leaderless.add(Duration.between(killed, scenario.replicas.led(first.leader())));
				takeover.add(scenario.replicas.tookOver(first.leader()));
				scenario.replicas.launch();
				if (i % 2 == 1) {
					scenario.replicas.awaitStandby();
				}
			}
			scenario.assertNothingMissingOrDoubled("kill -9 of the leader, " + kills + " times",
					"leaderless (kill to lead): %s; last to first tick beyond 1 s: %s; granted to first publish: %s"
						.formatted(leaderless.summary(), silence.summary(), takeover.summary()));
			assertThat(leaderless.percentile(99)).isLessThan(Duration.ofMillis(Scenario.LONG ? 500 : 1500));
		}
	}

	@Test
	void frozenLeadersThatWakeUp() {
		int freezes = Scenario.times(3, 20);
		Figures silence = new Figures();
		try (Scenario scenario = new Scenario(this.node, "freeze", 3)) {
			for (int i = 0; i < freezes; i++) {
				String leader = scenario.witness.leader();
				Moment.awaitAny();
				Instant frozen = Instant.now();
				scenario.replicas.get(leader).freeze();
				silence.add(Duration.between(frozen, scenario.witness.awaitOtherThan(leader).at()));
				scenario.returns(this.node, scenario.replicas.get(leader)::thaw);
			}
			scenario.assertNothingMissingOrDoubled("SIGSTOP and SIGCONT of the leader, " + freezes + " times",
					"frozen to first tick: " + silence.summary());
			assertThat(silence.percentile(50)).isLessThan(Scenario.MEDIAN_SILENCE);
		}
	}

	/**
	 * As a snapshot of its machine does. It leads after it has resumed, and does not
	 * publish again the ticks that others have published in the meantime.
	 */
	@ParameterizedTest
	@MethodSource
	void suspendedStandbys(int seconds, int changes) {
		try (Scenario scenario = new Scenario(this.node, "suspend", 3)) {
			ReplicaSet replicas = scenario.replicas;
			String leader = scenario.witness.leader();
			String standby = replicas.otherThan(leader);
			Instant end = Instant.now().plusSeconds(seconds);
			replicas.get(standby).freeze();
			for (int i = 0; i < changes; i++) {
				scenario.goOn(2);
				replicas.launch();
				scenario.killLeader();
			}
			scenario.witness.awaitSlot(end);
			scenario.returns(this.node, replicas.get(standby)::thaw);
			replicas.names().stream().filter((name) -> !name.equals(standby)).forEach(replicas::kill);
			replicas.get(standby).awaitLog("Became leader");
			scenario.assertNothingMissingOrDoubled(
					"a standby suspended for %d s over %d changes of the leader, then leading".formatted(seconds,
							changes),
					"granted to first publish: %d ms".formatted(replicas.tookOver(standby).toMillis()));
		}
	}

	static Stream<Arguments> suspendedStandbys() {
		return IntStream.of(30, 90, 125, 400)
			.boxed()
			.flatMap((seconds) -> Stream.of(2, 1).map((changes) -> Arguments.of(seconds, changes)))
			.limit(Scenario.times(1, 8));
	}

	@Test
	void leaderQueueDeletedUnderTheLeader() throws Exception {
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			assertThatNothingIsLostBy("leader queue deleted under the leader",
					(scenario) -> connection.createChannel().queueDelete(scenario.exchange + ".leader"));
		}
	}

	/** As an operator does, and not the leader's alone. */
	@Test
	void allConnectionsClosed() {
		assertThatNothingIsLostBy("all connections closed by an operator",
				(scenario) -> this.node.ctl("close_all_connections", "closed by an operator"));
	}

	private void assertThatNothingIsLostBy(String what, ThrowingConsumer<Scenario> harm) {
		int times = Scenario.times(3, 20);
		try (Scenario scenario = new Scenario(this.node, "harm", 3)) {
			for (int i = 0; i < times; i++) {
				scenario.leader();
				Moment.awaitAny();
				harm.accept(scenario);
				scenario.goOn(2);
			}
			scenario.assertAllAlive();
			scenario.assertNothingMissingOrDoubled("%s, %d times".formatted(what, times), "");
		}
	}

	/** The connections of each replica go through a relay of its own. */
	@Test
	void takeoversInARowWithoutTimeToRenew() {
		Map<String, Relay> relays = new HashMap<>();
		try (Scenario scenario = new Scenario(this.node, "row", 0)) {
			for (int i = 0; i < 2; i++) {
				Relay relay = new Relay(this.node.port()).open();
				relays.put(scenario.launch("--spring.rabbitmq.addresses=127.0.0.1:" + relay.port()), relay);
			}
			for (int i = 0; i < TAKEOVERS_IN_A_ROW; i++) {
				long terms = scenario.replicas.terms();
				Objects.requireNonNull(relays.get(scenario.replicas.leader())).reset();
				Patience.await("the next term").until(() -> scenario.replicas.terms() > terms);
			}
			scenario.goOn(2);
			scenario.assertNothingMissingOrDoubled(TAKEOVERS_IN_A_ROW + " takeovers in a row, no time to renew", "");
		}
		finally {
			relays.values().forEach(Relay::close);
		}
	}

	/**
	 * The slots until the next leader are lost, and none comes twice. The token of a
	 * standby that has just joined is the newest, and names no leader.
	 */
	@Test
	void withoutAJournalALeaderKilledJustAfterAStandbyJoinedDoublesNothing() {
		int kills = Scenario.times(3, 20);
		try (Scenario scenario = new Scenario(this.node, "bare", 1, "--ticktock.journal.enabled=false")) {
			for (int i = 0; i < kills; i++) {
				scenario.launch();
				scenario.goOn(0);
				scenario.killLeader();
			}
			scenario
				.assertNothingDoubled("no journal: kill -9 of the leader after a standby joined, " + kills + " times");
		}
	}

	private static List<Heard> of(Witness witness, String event) {
		return witness.heard().stream().filter((each) -> each.event().equals(event)).toList();
	}

	@Test
	void rollingRestartThatBringsANewSchedule() {
		Figures silence = new Figures();
		try (Scenario scenario = new Scenario(this.node, "rolling", 3)) {
			ReplicaSet replicas = scenario.replicas;
			scenario.leader();
			Instant begun = Instant.now();
			for (String old : replicas.names()) {
				scenario.launch("--ticktock.scheduler.cron.new.cron=*/5 * * * * *",
						"--ticktock.scheduler.cron.new.validity=1h");
				boolean led = scenario.witness.leader().equals(old);
				Instant stopped = Instant.now();
				replicas.terminate(old);
				if (led) {
					Heard first = scenario.witness.awaitOtherThan(old);
					silence.add(Duration.between(stopped, replicas.led(first.leader())));
				}
			}
			Patience.await().until(() -> of(scenario.witness, "new").size() >= 2);
			Instant firstLed = replicas.names()
				.stream()
				.flatMap((name) -> replicas.terms(name).stream())
				.min(Instant::compareTo)
				.orElseThrow();
			assertThat(of(scenario.witness, "new").get(0).slot()).isAfter(begun)
				.isAfterOrEqualTo(firstLed.minusSeconds(1));
			assertThat(replicas.names()).anyMatch(
					(name) -> replicas.get(name).logged("The leader's schedules differ from this replica's: [new]"));
			scenario.assertNothingMissingOrDoubled("rolling restart with SIGTERM and a new schedule",
					"SIGTERM to the next lead: " + silence.summary());
		}
	}

}
