package dev.ticktock.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Leaders that are killed where there is no journal. The slots until the next leader are
 * lost, and none comes twice.
 */
@RequiresRabbitMq(privateNode = true)
class NoJournalChaosIntegrationTests {

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("chaos.bare");

	/** The token of a standby that has just joined is the newest, and names no leader. */
	@Test
	void aLeaderKilledJustAfterAStandbyJoinedDoublesNothing() {
		int kills = Form.times(3, 20);
		List<String> arguments = new ArrayList<>(TenJobs.arguments(this.node, this.exchange));
		arguments.add("--ticktock.journal.enabled=false");
		try (Witness witness = new Witness(this.node, this.exchange);
				ReplicaSet replicas = new ReplicaSet(arguments).start(1)) {
			for (int i = 0; i < kills; i++) {
				String standby = replicas.launch();
				replicas.get(standby).awaitLog("Standing by");
				witness.awaitSlot(Instant.now());
				String leader = witness.leader();
				replicas.kill(leader);
				witness.awaitOtherThan(leader);
			}
			List<String> doubled = witness.doubled();
			Figures.report("no journal: kill -9 of the leader after a standby joined, " + kills + " times",
					"%d ticks, %d doubled %s".formatted(witness.heard().size(), doubled.size(), doubled));
			assertThat(doubled).isEmpty();
		}
	}

}
