package dev.ticktock.observe;

import java.util.List;

import dev.ticktock.observe.Problem.Kind;
import dev.ticktock.observe.Replicas.Listed;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas that hear of each other by the journal. One that is killed is for the profile
 * {@code chaos}.
 */
@RequiresRabbitMq
class ReplicasIntegrationTests {

	private static ConfigurableApplicationContext start(TestTopology topology, String name, String... more) {
		return TickTockApp.start(RabbitMq.get().arguments(),
				List.of("--ticktock.replica=" + name, "--ticktock.scheduler.exchange=" + topology.exchange(),
						"--ticktock.scheduler.cron.a.job=" + (more.length > 0 ? more[0] : "0 0 * * *"))
					.toArray(String[]::new));
	}

	private static Overview overview(ConfigurableApplicationContext replica) {
		return replica.getBean(TickTockEndpoint.class).overview(null, 1, null, null, null);
	}

	private static void awaitReplicas(ConfigurableApplicationContext replica, String... members) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(overview(replica).replicas())
				.extracting((member) -> "%s %s %s".formatted(member.name(), member.role(), member.differs()))
				.containsExactly(members));
	}

	@Test
	void eachShowsAllOfThemAndWhichOneDiffersUntilItHasStopped() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext leader = start(topology, "b")) {
			awaitReplicas(leader, "b LEADER false");
			try (ConfigurableApplicationContext standby = start(topology, "a", "0 1 * * *")) {
				awaitReplicas(leader, "a STANDBY true", "b LEADER false");
				awaitReplicas(standby, "a STANDBY true", "b LEADER false");
				assertThat(overview(standby).leader()).isEqualTo("b");
				assertThat(List.of(overview(leader), overview(standby))).allSatisfy((overview) -> {
					assertThat(overview.replicas()).extracting(Listed::since)
						.isEqualTo(overview(leader).replicas().stream().map(Listed::since).toList());
					assertThat(overview.problems()).filteredOn((problem) -> problem.kind() == Kind.REPLICAS)
						.extracting(Problem::what)
						.containsExactly("Replica a has other schedules or settings than the leader b");
				});
			}
			awaitReplicas(leader, "b LEADER false");
		}
	}

	@Test
	void aLeaderThatStopsIsNoLongerShownAndTheNextOneIs() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			try (ConfigurableApplicationContext first = start(topology, "a")) {
				awaitReplicas(first, "a LEADER false");
			}
			try (ConfigurableApplicationContext second = start(topology, "b")) {
				awaitReplicas(second, "b LEADER false");
				assertThat(overview(second).leader()).isEqualTo("b");
			}
		}
	}

}
