package dev.ticktock.chaos;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.RECOVERY;

/**
 * Three replicas whose journal loses its binding between two ticks, so that the broker
 * confirms ticks of which there are no records. The next leader must not publish them
 * again.
 */
@RequiresRabbitMq(privateNode = true)
class UnboundJournalIntegrationTests {

	private static final String LOST = "does not come back from the journal";

	private static final String BACK = "Ticks come back from the journal again";

	@Test
	void journalUnbound() throws Exception {
		String exchange = Names.unique("chaos.unbound");
		loseBinding(exchange, "the journal unbound",
				(channel) -> channel.queueUnbind(exchange + ".journal", exchange, "#"));
	}

	/** The broker gives the ticks back, and the next term publishes them. */
	@Test
	void exchangeDeletedAndDeclaredAgain() throws Exception {
		String exchange = Names.unique("chaos.anew");
		RabbitMqNode node = RabbitMqNode.shared();
		try (Witness witness = new Witness(node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, exchange)).start(3);
				Connection operator = node.connectionFactory().newConnection("operator");
				Channel channel = operator.createChannel()) {
			TickTockProcess leader = replicas.get(witness.leader());
			Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1500));
			channel.exchangeDelete(exchange);
			channel.exchangeDeclare(exchange, "topic", true);
			channel.queueBind(exchange + ".witness", exchange, "#");
			leader.awaitLog("no queue got the ticks; binding the exchanges again");
			witness.awaitSlot(Instant.now().plusSeconds(2));
			String last = witness.leader();
			replicas.kill(last);
			witness.awaitOtherThan(last);
			Verdict.nothingMissingOrDoubled(witness, "the exchange deleted and declared again, then the leader killed",
					"");
		}
	}

	private static void loseBinding(String exchange, String scenario, Loss loss) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (Witness witness = new Witness(node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(node, exchange)).start(3);
				Connection operator = node.connectionFactory().newConnection("operator");
				Channel channel = operator.createChannel()) {
			// A term that has just begun binds the journal only if it has to.
			String first = witness.leader();
			replicas.kill(first);
			TickTockProcess leader = replicas.get(witness.awaitOtherThan(first).leader());
			Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1500));
			loss.happen(channel);
			// It lasts a second or two.
			Awaitility.await("endpoint")
				.atMost(RECOVERY)
				.until(() -> leader.actuator("ticktock"),
						(answer) -> answer.contains("INCOMPLETE") && answer.contains("UNRECORDED"));
			leader.awaitLog(LOST);
			leader.awaitLog(BACK);
			Awaitility.await("health")
				.atMost(RECOVERY)
				.until(() -> leader.actuator("health").contains("\"journal\":\"ATTACHED\""));
			String second = witness.leader();
			replicas.kill(second);
			witness.awaitOtherThan(second);
			Verdict.nothingMissingOrDoubled(witness, scenario + ", then the leader killed", "");
		}
	}

	@FunctionalInterface
	private interface Loss {

		void happen(Channel channel) throws Exception;

	}

}
