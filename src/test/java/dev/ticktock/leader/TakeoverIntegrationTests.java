package dev.ticktock.leader;

import java.time.Instant;

import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas, of which the leader is killed once. The profile {@code chaos} does worse,
 * and more often.
 */
@RequiresRabbitMq(privateNode = true)
class TakeoverIntegrationTests {

	@Test
	void aLeaderThatIsKilledLeavesNoTickOutAndNoneIsPublishedTwice() {
		String exchange = Names.unique("takeover");
		RabbitMqNode node = RabbitMqNode.shared();
		try (Witness witness = new Witness(node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, exchange)).start(2)) {
			String leader = witness.leader();
			witness.awaitSlot(Instant.now().plusSeconds(1));
			replicas.kill(leader);
			assertThat(replicas.names()).containsExactly(witness.awaitOtherThan(leader).leader());
			Instant last = Instant.now();
			witness.awaitSlot(last.plusSeconds(2));
			assertThat(witness.missing(TenJobs.EVENTS, last)).isEmpty();
			assertThat(witness.doubled()).isEmpty();
		}
	}

}
