package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three replicas on a cluster of three nodes, which are killed and restarted one at a
 * time.
 *
 * <p>
 * A tick is doubled if the leader of the stream dies after it has accepted the tick and
 * before it has replicated it. No node goes at such a moment here: the ticks of a slot
 * are confirmed long before the next slot, so none may be doubled.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class ClusterChaosIntegrationTests {

	/**
	 * Less than the minute for which RabbitMQ 4.3 leaves a message with a dead node.
	 */
	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Pattern BROKER = Pattern.compile("\"broker\":\"[^\"]*:(\\d+)\"");

	/** As docs/deploy advises: how long a silent node is waited for, in seconds. */
	private static final int NET_TICKTIME = Integer.getInteger("ticktock.chaos.net-ticktime", 10);

	/**
	 * How long a leader may publish what a silent node loses: until the heartbeat fails,
	 * or, if the node had the stream, for the limit of 15 s, which is checked twice a
	 * second, with the slots at both ends.
	 */
	private static final Duration UNNOTICED = Duration.ofSeconds(17);

	private final List<RabbitMqNode> nodes = List.of(node(), node(), node());

	private final String exchange = Names.unique("chaos.cluster");

	private static RabbitMqNode node() {
		return new RabbitMqNode("net_ticktime = " + NET_TICKTIME);
	}

	@BeforeAll
	void startCluster() {
		this.nodes.forEach(RabbitMqNode::launch);
		this.nodes.forEach(RabbitMqNode::awaitUp);
		this.nodes.stream().skip(1).forEach((node) -> node.join(this.nodes.get(0)));
	}

	@AfterAll
	void stopCluster() {
		this.nodes.forEach(RabbitMqNode::close);
	}

	private List<Integer> ports() {
		return this.nodes.stream().map(RabbitMqNode::port).toList();
	}

	private Scenario scenario(String name) {
		String exchange = this.exchange + "." + name;
		Witness witness = new Witness(ports(), exchange);
		ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(exchange));
		for (int i = 0; i < this.nodes.size(); i++) {
			List<Integer> ports = new ArrayList<>(ports());
			Collections.rotate(ports, -i);
			String addresses = "--spring.rabbitmq.addresses="
					+ ports.stream().map((port) -> "127.0.0.1:" + port).collect(Collectors.joining(","));
			// The last one does not know the bindings, so that both ways are tried.
			replicas.launch(addresses, (i < 2) ? managementUrls() : "--ticktock.discovery.enabled=false");
		}
		replicas.awaitStandby();
		return new Scenario(exchange, witness, replicas);
	}

	private String managementUrls() {
		return "--ticktock.discovery.management-url=" + this.nodes.stream()
			.map((node) -> "http://127.0.0.1:" + node.managementPort())
			.collect(Collectors.joining(","));
	}

	@Test
	void eachNodeKilledByWhatItLeads() {
		Figures silence = new Figures();
		try (Scenario scenario = scenario("kill")) {
			for (int round = 0; round < Scenario.times(1, 5); round++) {
				scenario.leader();
				kill(nodeOfLeader(scenario), scenario.witness, silence);
				kill(nodeOfQueue(scenario.exchange + ".leader"), scenario.witness, silence);
				kill(nodeOfQueue(scenario.exchange + ".journal"), scenario.witness, silence);
			}
			scenario.assertNothingMissingOrDoubled(
					"cluster: node of the leader, of the leader queue, of the stream killed",
					"death to first tick: " + silence.summary());
			assertThat(silence.percentile(100)).isLessThan(SOON);
		}
	}

	/**
	 * The other nodes wait for a silent node until they consider it dead. When it wakes,
	 * it routes the ticks that a leader sent to it before the heartbeat failed, and that
	 * the next leader has published again. So it does with ticks whose records the stream
	 * of that node has lost.
	 */
	@Test
	void eachNodeSilentByWhatItLeads() {
		try (Scenario scenario = scenario("silent")) {
			assertThat(this.nodes.get(0).ctl("eval", "net_kernel:get_net_ticktime().").trim())
				.isEqualTo(Integer.toString(NET_TICKTIME));
			String leader = scenario.witness.leader();
			List<Duration> silence = new ArrayList<>();
			silence.add(silence(nodeOfQueue(scenario.exchange + ".journal"), scenario));
			if (Scenario.LONG) {
				silence.add(silence(nodeOfQueue(scenario.exchange + ".leader"), scenario));
				silence.add(silence(nodeOfLeader(scenario), scenario));
			}
			scenario.assertNothingMissing(
					"cluster, net_ticktime %d: node of the stream, of the leader queue, of the leader silent for twice that"
						.formatted(NET_TICKTIME),
					"first leader %s, silence: %s".formatted(leader, silence));
			assertThat(silence).allMatch((each) -> each.compareTo(Duration.ofSeconds(NET_TICKTIME * 3 / 2 + 10)) < 0);
			assertThat(scenario.witness.doubled())
				.hasSizeLessThanOrEqualTo(TenJobs.EVENTS.size() * (int) UNNOTICED.toSeconds() * silence.size());
		}
	}

	/**
	 * Freezes a node, thaws it and restarts it, because the others no longer rely on it.
	 * Returns the longest time without ticks.
	 */
	private Duration silence(RabbitMqNode node, Scenario scenario) {
		awaitAlmostASlot();
		Instant frozen = Instant.now();
		node.freeze();
		Moment.await(frozen.plusSeconds(NET_TICKTIME * 2L));
		node.thaw();
		scenario.goOn(10);
		Duration longest = scenario.witness.longestSilence(frozen, Instant.now()).minusSeconds(1);
		node.kill();
		node.start();
		scenario.goOn(5);
		return longest;
	}

	/**
	 * Orderly stops move the leaders of queues away before the node goes, so there is
	 * less to wait for.
	 */
	@Test
	void rollingRestartOfTheNodes() {
		Figures silence = new Figures();
		try (Scenario scenario = scenario("rolling")) {
			scenario.leader();
			for (RabbitMqNode node : this.nodes) {
				awaitAlmostASlot();
				Instant stopped = Instant.now();
				node.stop();
				comeBack(node, scenario.witness, stopped, silence);
			}
			scenario.assertNothingMissingOrDoubled("cluster: rolling restart of the nodes",
					"death to first tick: " + silence.summary());
		}
	}

	private void kill(RabbitMqNode node, Witness witness, Figures silence) {
		awaitAlmostASlot();
		Instant killed = Instant.now();
		node.kill();
		comeBack(node, witness, killed, silence);
	}

	/**
	 * Waits until a slot is about to come, so that the time until the next tick is the
	 * time without a leader and not what was left of the second.
	 */
	private static void awaitAlmostASlot() {
		Moment.await(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1950));
	}

	/**
	 * Lets a node be away for some seconds, measures the time without ticks, starts it.
	 */
	private void comeBack(RabbitMqNode node, Witness witness, Instant gone, Figures silence) {
		witness.awaitSlot(gone.plusSeconds(5));
		Duration first = witness.firstAfter(gone);
		Duration later = witness.longestSilence(gone.plus(first), Instant.now()).minusSeconds(1);
		silence.add((later.compareTo(first) > 0) ? later : first);
		node.start();
		witness.awaitSlot(Instant.now().plusSeconds(5));
	}

	private RabbitMqNode nodeOfLeader(Scenario scenario) {
		Matcher broker = BROKER.matcher(scenario.leader().actuator("health"));
		assertThat(broker.find()).isTrue();
		int port = Integer.parseInt(broker.group(1));
		return this.nodes.stream().filter((node) -> node.port() == port).findFirst().orElseThrow();
	}

	private RabbitMqNode nodeOfQueue(String queue) {
		return Patience.await("the leader of " + queue).ignoreExceptions().until(() -> {
			String queues = this.nodes.get(0).ctl("list_queues", "name", "leader");
			String line = queues.lines().filter((each) -> each.startsWith(queue + "\t")).findFirst().orElseThrow();
			return this.nodes.stream().filter((node) -> line.endsWith("\t" + node.name())).findFirst();
		}, Optional::isPresent).orElseThrow();
	}

}
