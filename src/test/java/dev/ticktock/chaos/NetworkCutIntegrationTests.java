package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import dev.ticktock.chaos.Witness.Heard;
import dev.ticktock.support.Names;
import dev.ticktock.support.NetworkNamespace;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A leader on a host of its own whose packets vanish, in both directions and without a
 * word to either end, and that is reachable again later.
 */
@RequiresRabbitMq(privateNode = true)
@EnabledIf(value = "dev.ticktock.support.NetworkNamespace#possible",
		disabledReason = "SKIPPED: this machine does not let a test make a network namespace (root and iproute2)")
class NetworkCutIntegrationTests {

	private static final boolean LONG = "long".equals(System.getProperty("ticktock.chaos"));

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private static final Set<String> EVENTS = new TreeSet<>(
			List.of("job.0", "job.1", "job.2", "job.3", "job.4", "job.5", "job.6", "job.7", "job.8", "job.9"));

	private final String exchange = Names.unique("chaos.cut");

	@Test
	void leaderWhosePacketsVanish() {
		Figures silence = new Figures();
		try (NetworkNamespace namespace = new NetworkNamespace();
				RabbitMqNode node = RabbitMqNode.alsoListeningAt(namespace.outside()).start();
				Witness witness = new Witness(List.of(node.port()), this.exchange, "quorum");
				ReplicaSet inside = new ReplicaSet("inside", arguments(namespace.outside(), node.port()),
						namespace.prefix());
				ReplicaSet outside = new ReplicaSet("outside", arguments("127.0.0.1", node.port()), List.of())) {
			String leader = inside.launch();
			inside.awaitStandby();
			for (int round = 0; round < (LONG ? 10 : 1); round++) {
				Awaitility.await().atMost(PATIENCE).until(() -> leader.equals(witness.leader()));
				String next = outside.launch();
				outside.awaitStandby();
				Instant cut = Instant.now();
				namespace.cut();
				Heard first = witness.awaitOtherThan(leader);
				silence.add(Duration.between(cut, first.at()));
				long standings = inside.get(leader).countLogged("Standing by");
				namespace.mend();
				Awaitility.await("the replica that was cut off stands by again")
					.atMost(PATIENCE)
					.until(() -> inside.get(leader).countLogged("Standing by") > standings);
				witness.awaitSlot(Instant.now().plusSeconds(2));
				outside.terminate(next);
			}
			Instant last = Instant.now();
			witness.awaitSlot(last.plusSeconds(2));
			List<String> missing = witness.missing(EVENTS, last);
			Figures.report("packets of the leader dropped in a network namespace",
					"%d ticks, %d missing, %d doubled | cut to first tick: %s".formatted(witness.heard().size(),
							missing.size(), witness.doubled().size(), silence.summary()));
			assertThat(missing).isEmpty();
			assertThat(witness.doubled()).isEmpty();
		}
	}

	private List<String> arguments(String host, int port) {
		List<String> arguments = new ArrayList<>(List.of("--spring.rabbitmq.host=" + host,
				"--spring.rabbitmq.port=" + port, "--ticktock.scheduler.exchange=" + this.exchange));
		EVENTS.forEach((event) -> {
			arguments.add("--ticktock.scheduler.cron.%s.cron=* * * * * *".formatted(event));
			arguments.add("--ticktock.scheduler.cron.%s.validity=2m".formatted(event));
		});
		return arguments;
	}

}
