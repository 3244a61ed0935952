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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the others show of a replica that is killed.
 */
@RequiresRabbitMq(privateNode = true)
class KilledReplicaIntegrationTests {

	/** Three hellos of three replicas, and as long again for a busy machine. */
	private static final Duration LIMIT = Duration.ofMinutes(3);

	private final String exchange = Names.unique("chaos.killed");

	@Test
	void aKilledReplicaIsAwayOnceItHasMissedThreeHellos() {
		try (ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(RabbitMqNode.shared(), this.exchange)).start(3)) {
			String leader = replicas.leader();
			List<String> standbys = new ArrayList<>(replicas.names());
			standbys.remove(leader);
			String killed = standbys.get(0);
			replicas.names()
				.forEach((name) -> await(replicas, name, RECOVERY, leader + " LEADER", killed + " STANDBY"));
			replicas.kill(killed);
			Instant kill = Instant.now();
			String watching = standbys.get(1);
			await(replicas, watching, LIMIT, leader + " LEADER", killed + " AWAY");
			Duration away = Duration.between(kill, Instant.now());
			replicas.kill(leader);
			kill = Instant.now();
			await(replicas, watching, RECOVERY, leader + " AWAY", watching + " LEADER");
			Figures.report("kill -9 of a replica, until another shows it as away",
					"standby %s; leader, once the other leads, %s".formatted(away,
							Duration.between(kill, Instant.now())));
			assertThat(away).isGreaterThan(Duration.ofSeconds(30));
		}
	}

	private static void await(ReplicaSet replicas, String watching, Duration limit, String... expected) {
		Awaitility.await()
			.atMost(limit)
			.untilAsserted(() -> assertThat(members(replicas, watching)).contains(expected));
	}

	private static List<String> members(ReplicaSet replicas, String watching) {
		List<String> members = new ArrayList<>();
		JsonMapper.shared()
			.readTree(replicas.get(watching).actuator("ticktock?size=1"))
			.required("replicas")
			.forEach((member) -> members
				.add(member.required("name").asString() + " " + member.required("role").asString()));
		return members;
	}

}
