package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that is low on memory for longer than a leader waits for a confirm, as three
 * pairs of replicas live through it. It goes on reading from connections that do not
 * publish, so a standby learns of it when it offers its token of the minute.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class MemoryAlarmIntegrationTests {

	private static final Duration ALARM = Duration.ofSeconds(60);

	/** A confirm or the notice of the alarm may be under way when it begins. */
	private static final Duration UNDER_WAY = Duration.ofSeconds(2);

	private static final String REASON = "the broker has blocked publishing: it is low on memory or disk space";

	private final RabbitMqNode node = new RabbitMqNode();

	private final List<Pair> pairs = new ArrayList<>();

	private Pair journaled;

	private Pair bare;

	private Pair bereaved;

	private Instant begun = Instant.MIN;

	private Instant ended = Instant.MIN;

	@BeforeAll
	void liveThroughAnAlarm() {
		this.node.start();
		this.journaled = pair("alarm");
		this.bare = pair("alarm.bare", "--ticktock.journal.enabled=false");
		this.bereaved = pair("alarm.kill");
		this.node.ctl("set_vm_memory_high_watermark", "0.00001");
		// The command itself takes seconds on a busy machine.
		this.begun = Instant.now();
		this.pairs.forEach((pair) -> Patience.await("the leader says why it is not ready").until(pair::isBlocked));
		ReplicaSet replicas = this.bereaved.scenario.replicas;
		replicas.kill(this.bereaved.leader);
		replicas.get(replicas.launch()).awaitLog("Started TickTockApplication");
		List<Pair> whole = List.of(this.journaled, this.bare);
		Duration rest = Duration.between(Instant.now(), this.begun.plus(ALARM));
		Awaitility.await("the rest of the alarm")
			.during(rest)
			.atMost(rest.plus(PATIENCE))
			.pollInterval(Duration.ofMillis(500))
			.failFast("a replica is not alive", () -> !this.pairs.stream().allMatch((pair) -> pair.areUp("liveness")))
			.until(() -> whole.stream().allMatch(Pair::isBlocked));
		this.ended = Instant.now();
		this.node.ctl("set_vm_memory_high_watermark", "0.4");
	}

	private Pair pair(String name, String... more) {
		Scenario scenario = new Scenario(this.node, name, 2, more);
		Pair pair = new Pair(scenario, scenario.witness.leader());
		this.pairs.add(pair);
		return pair;
	}

	@AfterAll
	void stop() {
		this.pairs.forEach((pair) -> pair.scenario.close());
		this.node.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theLeaderWaitsAndNothingIsLost(boolean withJournal) {
		Pair pair = withJournal ? this.journaled : this.bare;
		String kind = withJournal ? "with a journal" : "without a journal";
		Patience.await("ready again").until(() -> pair.areUp("readiness"));
		pair.scenario.witness.awaitSlot(this.ended);
		Duration silence = pair.scenario.witness.longestSilence(this.begun, Instant.now());
		pair.scenario.assertNothingMissingOrDoubled("memory alarm of %d s %s".formatted(ALARM.toSeconds(), kind),
				"silence %d ms".formatted(silence.toMillis()));
		assertThat(silence).isGreaterThan(ALARM.minus(UNDER_WAY));
		assertThat(pair.granted()).isOne();
		assertThat(pair.scenario.witness.heard()).allMatch((each) -> each.leader().equals(pair.leader));
		assertThat(pair.scenario.replicas.names())
			.allMatch((each) -> pair.scenario.replicas.get(each).logged("The broker has blocked publishing"));
	}

	/**
	 * What the leader had sent goes with its connection, half read. The next one holds
	 * the baton, and cannot ask the journal before the alarm ends.
	 */
	@Test
	void aLeaderThatDiesInTheAlarmIsReplacedWhenItEnds() {
		this.bereaved.scenario.witness.awaitOtherThan(this.bereaved.leader);
		this.bereaved.scenario.assertNothingMissingOrDoubled("leader killed in a memory alarm", "");
		assertThat(this.bereaved.granted()).isOne();
	}

	/**
	 * Two replicas.
	 *
	 * @param leader the one that led before the alarm
	 */
	private record Pair(Scenario scenario, String leader) {

		boolean isBlocked() {
			return this.scenario.replicas.get(this.leader).actuator("health/readiness").contains(REASON);
		}

		/** Whether neither the probe nor a component of it is down. */
		boolean areUp(String probe) {
			return replicas().map((replica) -> replica.actuator("health/" + probe))
				.allMatch((health) -> health.contains("\"status\":\"UP\"") && !health.contains("\"status\":\"DOWN\""));
		}

		long granted() {
			return replicas().mapToLong((replica) -> replica.countLogged("Became leader")).sum();
		}

		private Stream<TickTockProcess> replicas() {
			return this.scenario.replicas.names().stream().map(this.scenario.replicas::get);
		}

	}

}
