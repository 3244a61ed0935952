package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import dev.ticktock.support.Witness;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two replicas, of which the leader is killed or stops once. The profile {@code chaos}
 * does worse, and more often.
 */
class TakeoverIntegrationTests {

	@Test
	@RequiresRabbitMq(privateNode = true)
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

	@Test
	@RequiresRabbitMq
	void aLeaderThatStopsWithoutAJournalLeavesWordOfHowFarItCame() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
			arguments.add("--ticktock.journal.enabled=false");
			assertThatNothingIsMissingAfterAHandover(topology, arguments);
		}
	}

	@Test
	@RequiresRabbitMq
	void anOutcomeThatNoClientCanReadEndsNoTermWithoutAJournal() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
			arguments.add("--ticktock.journal.enabled=false");
			try (ConfigurableApplicationContext app = start(topology, arguments, "first")) {
				Leadership leadership = app.getBean(Leadership.class);
				topology.recorder().await(2, PATIENCE);
				Instant since = leadership.status().since();
				Channel channel = topology.connection().createChannel();
				FutureTask<Void> publishing = new FutureTask<>(() -> {
					for (int i = 0; i < 3; i++) {
						channel.basicPublish(topology.exchange() + ".outcome", "a.job", nested(), new byte[0]);
					}
					return null;
				});
				// With a larger stack than the client has that reads it.
				new Thread(null, publishing, "publisher", 1 << 28).start();
				publishing.get();
				topology.recorder().await(topology.recorder().receipts().size() + 4, PATIENCE);
				assertThat(leadership.status().since()).isEqualTo(since);
				assertThat(leadership.status().role()).isEqualTo(Role.LEADER);
			}
			Recorder.assertGapless(ticks(topology), Duration.ofSeconds(1));
		}
	}

	private static AMQP.BasicProperties nested() {
		Map<String, Object> headers = Map.of();
		for (int i = 0; i < 5000; i++) {
			headers = Map.of("a", headers);
		}
		return new AMQP.BasicProperties.Builder().headers(headers).build();
	}

	@Test
	void onTheEmbeddedBrokerOneOfTwoReplicasLeads() throws Exception {
		int port = FreePort.find();
		List<String> arguments = List.of("--spring.rabbitmq.port=" + port);
		try (ConfigurableApplicationContext broker = TickTockApp.start(arguments, "--spring.profiles.active=embedded",
				"--ticktock.scheduler.exchange=other")) {
			assertThat(broker.isRunning()).isTrue();
			ConnectionFactory factory = new ConnectionFactory();
			factory.setPort(port);
			try (TestTopology topology = new TestTopology(factory)) {
				assertThatNothingIsMissingAfterAHandover(topology, arguments);
			}
		}
	}

	private static void assertThatNothingIsMissingAfterAHandover(TestTopology topology, List<String> arguments) {
		try (ConfigurableApplicationContext first = start(topology, arguments, "first")) {
			assertThat(first.isRunning()).isTrue();
			topology.recorder().await(2, PATIENCE);
			try (ConfigurableApplicationContext second = start(topology, arguments, "second")) {
				topology.recorder().await(topology.recorder().receipts().size() + 2, PATIENCE);
				assertThat(ticks(topology)).allMatch((receipt) -> by(receipt, "first"));
				first.stop();
				Awaitility.await()
					.atMost(PATIENCE)
					.until(() -> ticks(topology).stream().filter((receipt) -> by(receipt, "second")).count() >= 3);
				assertThat(second.isRunning()).isTrue();
			}
		}
		Recorder.assertGapless(ticks(topology), Duration.ofSeconds(1));
	}

	private static List<Receipt> ticks(TestTopology topology) {
		return topology.recorder().receipts().stream().filter((receipt) -> "a.job".equals(receipt.event())).toList();
	}

	private static boolean by(Receipt receipt, String leader) {
		return leader.equals(String.valueOf(receipt.properties().getHeaders().get("leader")));
	}

	private static ConfigurableApplicationContext start(TestTopology topology, List<String> arguments, String name) {
		return TickTockApp.start(arguments, "--ticktock.replica=" + name,
				"--ticktock.scheduler.exchange=" + topology.exchange(),
				"--ticktock.scheduler.cron.a.job.cron=* * * * * *", "--ticktock.scheduler.cron.a.job.validity=1m");
	}

}
