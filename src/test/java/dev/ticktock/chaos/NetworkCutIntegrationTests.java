package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.support.Names;
import dev.ticktock.support.NetworkNamespace;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A leader on a host of its own whose packets vanish, in both directions and without a
 * word to either end, and that is reachable again later.
 */
@RequiresRabbitMq(privateNode = true)
@EnabledIf(value = "dev.ticktock.support.NetworkNamespace#possible",
		disabledReason = "SKIPPED: this machine does not let a test make a network namespace (root and iproute2)")
class NetworkCutIntegrationTests {

	private final String exchange = Names.unique("chaos.cut");

	@Test
	void leaderWhosePacketsVanish() {
		Figures silence = new Figures();
		try (NetworkNamespace namespace = new NetworkNamespace();
				RabbitMqNode node = new RabbitMqNode("listeners.tcp.2 = " + namespace.outside() + ":PORT").start();
				Scenario inside = new Scenario(this.exchange, new Witness(node, this.exchange),
						new ReplicaSet("inside", TenJobs.arguments(namespace.outside(), node.port(), this.exchange),
								namespace.prefix()));
				ReplicaSet outside = new ReplicaSet("outside", TenJobs.arguments(node, this.exchange), List.of())) {
			for (int round = 0; round < Scenario.times(1, 20); round++) {
				// Another one each time: a replica whose broker is often silent waits
				// longer.
				String leader = inside.launch();
				outside.names().forEach(outside::terminate);
				Awaitility.await().atMost(RECOVERY).until(() -> leader.equals(inside.witness.leader()));
				outside.launch();
				outside.awaitStandby();
				Instant cut = Instant.now();
				namespace.cut();
				silence.add(Duration.between(cut, inside.witness.awaitOtherThan(leader).at()));
				inside.returns(namespace::mend);
				inside.goOn(2);
				inside.replicas.terminate(leader);
			}
			inside.assertNothingMissingOrDoubled("packets of the leader dropped in a network namespace",
					"cut to first tick: " + silence.summary());
			assertThat(silence.percentile(50)).isLessThan(Scenario.MEDIAN_SILENCE);
		}
	}

}
