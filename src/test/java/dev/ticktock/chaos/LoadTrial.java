package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.ticktock.support.Commands;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts the changes of the leader of replicas that are slow, but never silent for long.
 * Each trial takes as long as the system property {@code ticktock.chaos.load} says, an
 * hour by default, so its name is not one that a profile runs.
 */
@RequiresRabbitMq(privateNode = true)
class LoadTrial {

	private static final Duration LENGTH = Duration.parse(System.getProperty("ticktock.chaos.load", "PT1H"));

	private final RabbitMqNode node = RabbitMqNode.shared();

	@Test
	void besideTwoProcessesThatBurnACoreEach() {
		List<Program> burners = Stream.generate(() -> new ProcessBuilder("sh", "-c", "while :; do :; done"))
			.limit(2)
			.map(Program::new)
			.toList();
		try {
			assertThatNoOtherLeads("two processes that burn a core each", (scenario) -> {
			});
		}
		finally {
			burners.forEach(Program::close);
		}
	}

	@Test
	void whileFullGarbageCollectionsPauseTheReplicas() {
		assertThatNoOtherLeads("a full garbage collection of each replica each second", (scenario) -> scenario.replicas
			.names()
			.forEach((name) -> Commands.run("jcmd", Long.toString(scenario.replicas.get(name).pid()), "GC.run")));
	}

	private void assertThatNoOtherLeads(String load, Consumer<Scenario> eachSecond) {
		try (Scenario scenario = new Scenario(this.node, "load", 3)) {
			String leader = scenario.witness.leader();
			Instant end = Instant.now().plus(LENGTH);
			while (Instant.now().isBefore(end)) {
				eachSecond.accept(scenario);
				scenario.goOn(0);
			}
			long changes = scenario.replicas.terms() - 1;
			scenario.assertNothingMissingOrDoubled("%s, for %s".formatted(load, LENGTH),
					"%d changes of the leader".formatted(changes));
			assertThat(changes).isZero();
			assertThat(scenario.witness.leader()).isEqualTo(leader);
		}
	}

}
