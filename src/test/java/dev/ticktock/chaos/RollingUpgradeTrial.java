package dev.ticktock.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replaces the replicas of an older version by this one's, one at a time, and goes back.
 * The system property {@code ticktock.chaos.older-jar} names the jar of the older
 * version. It has no name that a profile runs, because a build has no such jar.
 */
@RequiresRabbitMq(privateNode = true)
class RollingUpgradeTrial {

	private static final Path THIS = TickTockProcess.PACKAGED;

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final Path older = olderJar();

	private static Path olderJar() {
		Path jar = Path.of(System.getProperty("ticktock.chaos.older-jar", ""));
		if (!Files.isRegularFile(jar)) {
			throw new IllegalStateException(
					"ticktock.chaos.older-jar = \"%s\" is no file; name the jar of an older version".formatted(jar));
		}
		return jar;
	}

	@ParameterizedTest
	@CsvSource({ "true, false", "true, true", "false, false", "false, true" })
	void oneLeaderAfterTheOtherUpgradedOrReturnedLosesAndDoublesNothing(boolean upgrade, boolean killed) {
		Path from = upgrade ? this.older : THIS;
		Path to = upgrade ? THIS : this.older;
		String title = upgrade ? "rolling upgrade" : "rolling return to the older version";
		try (Scenario scenario = new Scenario(this.node, "upgrade", 0)) {
			ReplicaSet replicas = scenario.replicas;
			for (int i = 0; i < 3; i++) {
				replicas.launch(from);
			}
			replicas.awaitStandby();
			List<String> before = replicas.names();
			// One more than there are, for two leaders of the other version in a row.
			for (int i = 0; i <= before.size(); i++) {
				replaceLeader(scenario, to, killed);
			}
			assertThat(replicas.names()).doesNotContainAnyElementsOf(before);
			scenario.assertNothingMissingOrDoubled(
					"%s, each leader ended by %s".formatted(title, killed ? "kill -9" : "SIGTERM"),
					this.older.toString());
		}
	}

	/**
	 * What the older version publishes after this one has led counts for the next leader
	 * only if the older version knew seals: otherwise ticks that are still valid come
	 * twice.
	 */
	@Test
	void aReplicaRolledBackLosesNothing() {
		try (Scenario scenario = new Scenario(this.node, "upgrade", 0)) {
			scenario.replicas.launch(this.older);
			scenario.replicas.awaitStandby();
			for (Path next : List.of(THIS, this.older, THIS)) {
				replaceLeader(scenario, next, true);
			}
			scenario.assertNothingMissing("upgrade, one replica rolled back, and upgraded again",
					this.older.toString());
		}
	}

	/** Ends the leader as soon as a new replica stands by, and waits for the next. */
	private static void replaceLeader(Scenario scenario, Path jar, boolean killed) {
		scenario.replicas.get(scenario.replicas.launch(jar)).awaitLog("Standing by");
		scenario.endLeader(killed);
	}

}
