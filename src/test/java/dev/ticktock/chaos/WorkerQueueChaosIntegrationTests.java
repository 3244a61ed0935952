package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A queue of a worker that rejects or confirms nothing harms only its own worker.
 */
@RequiresRabbitMq(privateNode = true)
class WorkerQueueChaosIntegrationTests {

	private static final String EVENT = "job.0";

	private static final String PASSWORD = "secret";

	/** Of a schedule that is due each second. */
	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

	private final RabbitMqNode node = RabbitMqNode.shared();

	/**
	 * The account has the permissions that the documents advise, which are none on the
	 * queues of workers.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "classic", "quorum" })
	void rejectedTicksAreCountedAndTheOtherQueueHasEverySlotOnceAlsoWhenTheLeaderChanges(String type) throws Exception {
		String user = Names.unique("ticktock");
		try (Connection worker = this.node.connectionFactory().newConnection("worker");
				Channel channel = worker.createChannel();
				Scenario scenario = new Scenario(this.node, "full", 0, "--spring.rabbitmq.username=" + user,
						"--spring.rabbitmq.password=" + PASSWORD,
						"--ticktock.discovery.management-url=http://127.0.0.1:" + this.node.managementPort())) {
			addLeastPrivileged(user, scenario.exchange);
			String full = fill(channel, scenario.exchange, type);
			scenario.replicas.start(2);
			TickTockProcess leader = scenario.leader();
			Instant begun = Instant.now();
			scenario.goOn(14);
			assertThat(scenario.witness.longestSilence(begun, Instant.now())).isLessThan(LONGEST_SILENCE);
			assertThat(leader.countLogged("Became leader")).isOne();
			assertThat(leader.meter("ticktock_ticks_refused_total{event=\"" + EVENT + "\"}"))
				.isGreaterThanOrEqualTo(13);
			scenario.endLeader(false);
			scenario.goOn(14);
			scenario.assertNothingMissingOrDoubled("a full queue that rejects, " + type, "");
			channel.queueDelete(full);
		}
	}

	private static String fill(Channel channel, String exchange, String type) throws Exception {
		String full = Names.unique("test.full");
		channel.queueDeclare(full, true, false, false,
				Map.of("x-queue-type", type, "x-max-length", 1, "x-overflow", "reject-publish"));
		channel.queueBind(full, exchange, EVENT);
		channel.confirmSelect();
		// A quorum queue takes one more than its length.
		Patience.await("a full queue").until(() -> {
			channel.basicPublish("", full, null, new byte[0]);
			return !channel.waitForConfirms();
		});
		return full;
	}

	private void addLeastPrivileged(String user, String exchange) {
		String own = exchange.replace(".", "\\.") + "(\\..*)?";
		this.node.ctl("add_user", user, PASSWORD);
		this.node.ctl("set_user_tags", user, "management");
		this.node.ctl("set_permissions", user, "^" + own + "$", "^(" + own + "|amq\\.default)$", "^" + own + "$");
	}

	/** Its ticks are the last ones for longer than the limit. */
	@Test
	void aQueueThatConfirmsNothingDoesNotChangeTheLeader() throws Exception {
		String exchange = Names.unique("chaos.stuck");
		String queue = exchange + ".stuck";
		try (Witness witness = new Witness(this.node, exchange);
				Connection worker = this.node.connectionFactory().newConnection("worker");
				Channel channel = worker.createChannel();
				ReplicaSet replicas = new ReplicaSet(List.of("--ticktock.scheduler.exchange=" + exchange,
						"--spring.rabbitmq.port=" + this.node.port(),
						"--ticktock.scheduler.cron.stuck.job=*/10 * * * * *", "--ticktock.leader.limit=6s",
						"--ticktock.scheduler.cron.cron.second.30=-"))
					.start(2)) {
			channel.queueDeclare(queue, true, false, false, null);
			channel.queueBind(queue, exchange, "stuck.job");
			String leader = witness.leader();
			tell("suspend", queue);
			Patience.await("the word of a leader that looks once a minute")
				.until(() -> replicas.get(leader).logged("A queue has not confirmed"));
			witness.awaitSlot(Instant.now());
			assertThat(witness.heard()).extracting(Witness.Heard::leader).containsOnly(leader);
			assertThat(replicas.get(leader).logged("Gave up leadership")).isFalse();
			assertThat(witness.doubled()).isEmpty();
			tell("resume", queue);
			replicas.terminate(leader);
			witness.awaitOtherThan(leader);
			assertThat(witness.doubled()).isEmpty();
			channel.queueDelete(queue);
		}
	}

	/** Stops the process of a queue, or lets it go on. */
	private void tell(String what, String queue) {
		this.node.ctl("eval",
				"{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"%s\">>)), sys:%s(amqqueue:get_pid(Q))."
					.formatted(queue, what));
	}

}
