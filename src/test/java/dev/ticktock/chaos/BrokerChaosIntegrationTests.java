package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.NetworkNamespace;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node that is killed and restarted, closes the channels of consumers that do not
 * acknowledge, or is out of reach.
 */
@RequiresRabbitMq(privateNode = true)
class BrokerChaosIntegrationTests {

	@Test
	void restartedBroker() {
		int restarts = Scenario.times(2, 20);
		Figures silence = new Figures();
		try (RabbitMqNode broker = new RabbitMqNode().start(); Scenario scenario = new Scenario(broker, "restart", 3)) {
			for (int i = 0; i < restarts; i++) {
				scenario.leader();
				Moment.awaitAny();
				Instant killed = Instant.now();
				broker.kill();
				broker.start();
				scenario.goOn(2);
				silence.add(scenario.witness.longestSilence(killed, Instant.now()));
			}
			scenario.assertAllAlive();
			scenario.assertNothingMissingOrDoubled("broker killed and restarted, " + restarts + " times",
					"silence: " + silence.summary());
		}
	}

	/** With ten jobs a second, and where next to nothing is published. */
	@Test
	void anAcknowledgementTimeoutOfAQuarterOfAMinute() {
		int seconds = Scenario.times(40, 1800);
		try (RabbitMqNode broker = impatient();
				ReplicaSet idle = new ReplicaSet(List.of("--spring.rabbitmq.port=" + broker.port(),
						"--ticktock.scheduler.exchange=" + Names.unique("chaos.idle")))
					.start(2);
				Scenario scenario = new Scenario(broker, "timeout", 2)) {
			TickTockProcess leader = scenario.leader();
			String name = scenario.witness.leader();
			scenario.goOn(seconds);
			assertThat(scenario.witness.heard()).allMatch((each) -> each.leader().equals(name));
			assertThat(leader.countLogged("Became leader")).isOne();
			assertThat(idle.names()).noneMatch((each) -> idle.get(each).logged("Cannot read"));
			scenario.assertNothingMissingOrDoubled("acknowledgement timeout of 15 s, for " + seconds + " s",
					"one term");
		}
	}

	/** A channel looks for late acknowledgements once a minute if it is not told. */
	private static RabbitMqNode impatient() {
		RabbitMqNode broker = new RabbitMqNode("consumer_timeout = 15000").start();
		broker.ctl("eval", "application:set_env(rabbit, channel_tick_interval, 3000).");
		return broker;
	}

	/**
	 * The leader is on a host of its own. Its packets vanish in both directions, without
	 * a word to either end, until it is reachable again.
	 */
	@Test
	@EnabledIf(value = "dev.ticktock.support.NetworkNamespace#possible",
			disabledReason = "SKIPPED: this machine does not let a test make a network namespace (root and iproute2)")
	void leaderWhosePacketsVanish() {
		String exchange = Names.unique("chaos.cut");
		Figures silence = new Figures();
		try (NetworkNamespace namespace = new NetworkNamespace();
				RabbitMqNode node = new RabbitMqNode("listeners.tcp.2 = " + namespace.outside() + ":PORT").start();
				Scenario inside = new Scenario(exchange, new Witness(node, exchange),
						new ReplicaSet("inside", TenJobs.arguments(namespace.outside(), node.port(), exchange),
								namespace.prefix()));
				ReplicaSet outside = new ReplicaSet("outside", TenJobs.arguments(node, exchange), List.of())) {
			for (int round = 0; round < Scenario.times(1, 20); round++) {
				// Another one each time: a replica whose broker is often silent waits
				// longer.
				String leader = inside.launch();
				outside.names().forEach(outside::terminate);
				Patience.await().until(() -> leader.equals(inside.witness.leader()));
				outside.launch();
				outside.awaitStandby();
				Moment.awaitAny();
				Instant cut = Instant.now();
				namespace.cut();
				silence.add(Duration.between(cut, inside.witness.awaitOtherThan(leader).at()));
				inside.returns(node, namespace::mend);
				inside.goOn(2);
				inside.replicas.terminate(leader);
			}
			inside.assertNothingMissingOrDoubled("packets of the leader dropped in a network namespace",
					"cut to first tick: " + silence.summary());
			assertThat(silence.percentile(50)).isLessThan(Scenario.MEDIAN_SILENCE);
		}
	}

}
