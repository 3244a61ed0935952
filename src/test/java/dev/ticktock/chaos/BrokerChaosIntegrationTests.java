package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas with ten one-second schedules, and a node that is killed and restarted, or
 * closes the channels of consumers that do not acknowledge. The system property
 * {@code ticktock.chaos=long} runs the long form.
 */
@RequiresRabbitMq(privateNode = true)
class BrokerChaosIntegrationTests {

	private final Random random = new Random(4711);

	private final String exchange = Names.unique("chaos");

	@Test
	void restartedBroker() {
		int restarts = Form.times(2, 20);
		String exchange = this.exchange + ".restart";
		Figures silence = new Figures();
		try (RabbitMqNode broker = new RabbitMqNode().start();
				Witness witness = new Witness(broker, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(broker, exchange)).start(3)) {
			for (int i = 0; i < restarts; i++) {
				witness.leader();
				Moment.awaitAny(this.random);
				Instant killed = Instant.now();
				broker.kill();
				broker.start();
				witness.awaitSlot(Instant.now().plusSeconds(2));
				silence.add(witness.longestSilence(killed, Instant.now()));
			}
			assertThat(replicas.names()).allMatch((name) -> replicas.get(name).isAlive());
			Verdict.nothingMissingOrDoubled(witness, "broker killed and restarted, " + restarts + " times",
					"silence: " + silence.summary());
		}
	}

	/** With ten jobs a second, and where next to nothing is published. */
	@Test
	void anAcknowledgementTimeoutOfAQuarterOfAMinute() {
		Duration length = Form.LONG ? Duration.ofMinutes(30) : Duration.ofSeconds(130);
		String exchange = this.exchange + ".timeout";
		try (RabbitMqNode broker = new RabbitMqNode("consumer_timeout = 15000").start();
				Witness witness = new Witness(broker, exchange);
				ReplicaSet idle = new ReplicaSet(List.of("--spring.rabbitmq.port=" + broker.port(),
						"--ticktock.scheduler.exchange=" + exchange + ".idle"))
					.start(2);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(broker, exchange)).start(2)) {
			String leader = witness.leader();
			witness.awaitSlot(Instant.now().plus(length));
			assertThat(witness.heard()).allMatch((each) -> each.leader().equals(leader));
			assertThat(replicas.get(leader).countLogged("Became leader")).isOne();
			assertThat(idle.names()).allSatisfy(
					(name) -> assertThat(idle.get(name).log()).noneMatch((line) -> line.contains("Cannot read")));
			Verdict.nothingMissingOrDoubled(witness,
					"acknowledgement timeout of 15 s, for " + length.toSeconds() + " s", "one term");
		}
	}

}
