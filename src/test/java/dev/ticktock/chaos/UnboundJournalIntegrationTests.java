package dev.ticktock.chaos;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Moment;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
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

	private final RabbitMqNode node = RabbitMqNode.shared();

	@Test
	void journalUnbound() throws Exception {
		try (Scenario scenario = new Scenario(this.node, "unbound", 3);
				Connection operator = this.node.connectionFactory().newConnection("operator")) {
			// A term that has just begun binds the journal only if it has to.
			TickTockProcess leader = scenario.replicas.get(scenario.killLeader().leader());
			Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1500));
			operator.createChannel().queueUnbind(scenario.exchange + ".journal", scenario.exchange, "#");
			// It lasts a second or two.
			Awaitility.await("endpoint")
				.atMost(RECOVERY)
				.until(() -> leader.actuator("ticktock"),
						(answer) -> answer.contains("INCOMPLETE") && answer.contains("UNRECORDED"));
			leader.awaitLog("does not come back from the journal");
			leader.awaitLog("Ticks come back from the journal again");
			Awaitility.await("health")
				.atMost(RECOVERY)
				.until(() -> leader.actuator("health").contains("\"journal\":\"ATTACHED\""));
			scenario.killLeader();
			scenario.assertNothingMissingOrDoubled("the journal unbound, then the leader killed", "");
		}
	}

	/** The broker gives the ticks back, and the next term publishes them. */
	@Test
	void exchangeDeletedAndDeclaredAgain() throws Exception {
		try (Scenario scenario = new Scenario(this.node, "anew", 3);
				Connection operator = this.node.connectionFactory().newConnection("operator");
				Channel channel = operator.createChannel()) {
			TickTockProcess leader = scenario.leader();
			Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1500));
			channel.exchangeDelete(scenario.exchange);
			channel.exchangeDeclare(scenario.exchange, "topic", true);
			channel.queueBind(scenario.exchange + ".witness", scenario.exchange, "#");
			leader.awaitLog("no queue got the ticks; binding the exchanges again");
			scenario.goOn(2);
			scenario.killLeader();
			scenario.assertNothingMissingOrDoubled("the exchange deleted and declared again, then the leader killed",
					"");
		}
	}

}
