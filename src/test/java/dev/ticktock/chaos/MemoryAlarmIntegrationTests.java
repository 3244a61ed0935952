package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static dev.ticktock.support.Patience.PATIENCE;
import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that is low on memory for longer than a leader waits for a confirm. It goes on
 * reading from connections that do not publish, so a standby learns of it when it offers
 * its token of the minute.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class MemoryAlarmIntegrationTests {

	private static final Duration MINUTE = Duration.ofSeconds(60);

	/** Longer than the limit of 15 s. */
	private static final Duration SHORT = Form.LONG ? MINUTE : Duration.ofSeconds(20);

	/** A confirm or the notice of the alarm may be under way when it begins. */
	private static final Duration UNDER_WAY = Duration.ofSeconds(2);

	private static final String REASON = "the broker has blocked publishing: it is low on memory or disk space";

	private final RabbitMqNode node = new RabbitMqNode();

	@BeforeAll
	void startNode() {
		this.node.start();
	}

	@AfterAll
	void stopNode() {
		this.node.close();
	}

	@Test
	void withAJournalTheLeaderWaitsAndNothingIsLost() {
		assertThatNothingIsLostIn(MINUTE, "chaos.alarm");
	}

	@Test
	void withoutAJournalTheLeaderWaitsAndNothingIsLost() {
		assertThatNothingIsLostIn(SHORT, "chaos.alarm.bare", "--ticktock.journal.enabled=false");
	}

	private void assertThatNothingIsLostIn(Duration alarm, String name, String... more) {
		String exchange = Names.unique(name);
		List<String> arguments = new ArrayList<>(TenJobs.arguments(this.node, exchange));
		arguments.addAll(List.of(more));
		try (Witness witness = new Witness(List.of(this.node.port()), exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
			String leader = witness.leader();
			List<String> terms = terms(replicas);
			long granted = granted(replicas);
			Instant begun = Instant.now();
			raiseAlarm(alarm, replicas, leader, () -> {
				// Nothing happens in it.
			});
			Instant ended = Instant.now();
			Awaitility.await("ready again")
				.atMost(PATIENCE)
				.until(() -> replicas.names().stream().allMatch((each) -> isUp(replicas.get(each), "readiness")));
			witness.awaitSlot(ended);
			Duration silence = witness.longestSilence(begun, Instant.now());
			Verdict.nothingMissingOrDoubled(witness,
					"memory alarm of %d s %s".formatted(alarm.toSeconds(), String.join(" ", more)),
					"silence %d ms, terms before and after %s and %s".formatted(silence.toMillis(), terms,
							terms(replicas)));
			assertThat(silence).isGreaterThan(alarm.minus(UNDER_WAY));
			assertThat(terms(replicas)).isEqualTo(terms);
			assertThat(granted(replicas)).isEqualTo(granted);
			assertThat(witness.heard()).allMatch((each) -> each.leader().equals(leader));
			if (alarm.compareTo(MINUTE) >= 0) {
				assertThat(replicas.names())
					.allMatch((each) -> replicas.get(each).logged("The broker has blocked publishing"));
			}
		}
	}

	/**
	 * What the leader had sent goes with its connection, half read. The next one holds
	 * the baton, and cannot ask the journal before the alarm ends.
	 */
	@Test
	void aLeaderThatDiesInTheAlarmIsReplacedWhenItEnds() {
		String exchange = Names.unique("chaos.alarm.kill");
		try (Witness witness = new Witness(List.of(this.node.port()), exchange, "quorum");
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(2)) {
			String leader = witness.leader();
			raiseAlarm(Duration.ofSeconds(2), replicas, leader, () -> {
				replicas.kill(leader);
				replicas.get(replicas.launch()).awaitLog("Started TickTockApplication");
			});
			witness.awaitOtherThan(leader);
			Verdict.nothingMissingOrDoubled(witness, "leader killed in a memory alarm", "");
			assertThat(granted(replicas)).isOne();
		}
	}

	/**
	 * Keeps the broker short of memory, and looks at the replicas meanwhile.
	 * @param end what happens at the end of it
	 */
	private void raiseAlarm(Duration length, ReplicaSet replicas, String leader, Runnable end) {
		this.node.ctl("set_vm_memory_high_watermark", "0.00001");
		try {
			Awaitility.await("the leader is not ready")
				.atMost(PATIENCE)
				.until(() -> !isUp(replicas.get(leader), "readiness"));
			Awaitility.await("an alarm of " + length)
				.during(length)
				.atMost(length.plus(RECOVERY))
				.pollInterval(Duration.ofMillis(500))
				.failFast("a replica is not alive", () -> !areAlive(replicas))
				.until(() -> replicas.get(leader).actuator("health/readiness").contains(REASON));
			end.run();
		}
		finally {
			this.node.ctl("set_vm_memory_high_watermark", "0.4");
		}
	}

	private static boolean areAlive(ReplicaSet replicas) {
		return replicas.names().stream().allMatch((name) -> isUp(replicas.get(name), "liveness"));
	}

	/** Says whether neither the probe nor a component of it is down. */
	private static boolean isUp(TickTockProcess replica, String probe) {
		String health = replica.actuator("health/" + probe);
		return health.contains("\"status\":\"UP\"") && !health.contains("\"status\":\"DOWN\"");
	}

	private static List<String> terms(ReplicaSet replicas) {
		return replicas.names()
			.stream()
			.flatMap((name) -> replicas.get(name).actuator("prometheus").lines())
			.filter((line) -> line.startsWith("ticktock_leader_terms_total"))
			.toList();
	}

	private static long granted(ReplicaSet replicas) {
		return replicas.names().stream().mapToLong((name) -> replicas.get(name).countLogged("Became leader")).sum();
	}

}
