package dev.ticktock.chaos;

import java.time.Instant;
import java.util.List;
import java.util.Random;

import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node that is killed and restarted, or closes the channels of consumers that do not
 * acknowledge.
 */
@RequiresRabbitMq(privateNode = true)
class BrokerChaosIntegrationTests {

	private final Random random = new Random(4711);

	@Test
	void restartedBroker() {
		int restarts = Scenario.times(2, 20);
		Figures silence = new Figures();
		try (RabbitMqNode broker = new RabbitMqNode().start(); Scenario scenario = new Scenario(broker, "restart", 3)) {
			for (int i = 0; i < restarts; i++) {
				scenario.leader();
				Moment.awaitAny(this.random);
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

}
