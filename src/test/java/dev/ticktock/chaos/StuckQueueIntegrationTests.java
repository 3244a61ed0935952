package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker's queue that confirms nothing does not change the leader, even if its ticks
 * are the last ones for longer than the limit.
 */
@RequiresRabbitMq(privateNode = true)
class StuckQueueIntegrationTests {

	@Test
	void queueThatConfirmsNothing() throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		String exchange = Names.unique("chaos.stuck");
		String queue = exchange + ".stuck";
		List<String> arguments = List.of("--ticktock.scheduler.exchange=" + exchange,
				"--spring.rabbitmq.host=127.0.0.1", "--spring.rabbitmq.port=" + node.port(),
				"--ticktock.scheduler.cron.stuck.job=*/20 * * * * *", "--ticktock.scheduler.cron.cron.second.30=-");
		try (Witness witness = new Witness(node, exchange);
				Connection worker = node.connectionFactory().newConnection("worker");
				Channel channel = worker.createChannel();
				ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
			channel.queueDeclare(queue, true, false, false, null);
			channel.queueBind(queue, exchange, "stuck.job");
			String leader = witness.leader();
			tell(node, "suspend", queue);
			Instant stuck = Instant.now();
			witness.awaitSlot(stuck.plus(Duration.ofSeconds(45)));
			assertThat(witness.heard()).extracting(Witness.Heard::leader).containsOnly(leader);
			assertThat(replicas.get(leader).logged("A queue has not confirmed")).isTrue();
			assertThat(replicas.get(leader).logged("Gave up leadership")).isFalse();
			assertThat(witness.doubled()).isEmpty();
			tell(node, "resume", queue);
			replicas.terminate(leader);
			witness.awaitOtherThan(leader);
			assertThat(witness.doubled()).isEmpty();
			channel.queueDelete(queue);
		}
	}

	/** Stops the process of a queue, or lets it go on. */
	private static void tell(RabbitMqNode node, String what, String queue) {
		node.ctl("eval",
				"{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"%s\">>)), sys:%s(amqqueue:get_pid(Q))."
					.formatted(queue, what));
	}

}
