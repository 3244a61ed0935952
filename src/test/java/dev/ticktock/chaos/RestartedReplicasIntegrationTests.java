package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.Witness;
import dev.ticktock.support.Witness.Heard;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas on one node that their operator stops and starts: all at a time, or one after
 * the other with another schedule.
 */
@RequiresRabbitMq(privateNode = true)
class RestartedReplicasIntegrationTests {

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("chaos");

	@Test
	void allReplicasDownOverASlotThatStaysValidAndOneThatDoesNot() {
		String exchange = this.exchange + ".outage";
		List<String> arguments = List.of("--spring.rabbitmq.port=" + this.node.port(),
				"--ticktock.scheduler.exchange=" + exchange, "--ticktock.scheduler.cron.stays.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.stays.validity=2m", "--ticktock.scheduler.cron.goes.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.goes.validity=1s");
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(arguments).start(2)) {
			Awaitility.await().atMost(RECOVERY).until(() -> of(witness, "goes").size() >= 1);
			replicas.names().forEach(replicas::kill);
			Instant slot = Instant.ofEpochSecond(Math.floorDiv(Instant.now().getEpochSecond(), 10) * 10 + 10);
			Moment.await(slot.plusSeconds(2));
			replicas.launch();
			Awaitility.await()
				.atMost(RECOVERY)
				.until(() -> of(witness, "stays").stream().anyMatch((each) -> each.slot().isAfter(slot)));
			assertThat(of(witness, "stays")).filteredOn((each) -> each.slot().equals(slot))
				.singleElement()
				.satisfies((late) -> {
					long lateness = Duration.between(slot, late.at()).toMillis();
					assertThat(lateness).isGreaterThan(2000);
					assertThat(late.expiration()).isBetween(120_000 - lateness - 1, 120_000L - 2000);
				});
			assertThat(of(witness, "goes")).noneMatch((each) -> each.slot().equals(slot));
			assertThat(witness.doubled()).isEmpty();
		}
	}

	private static List<Heard> of(Witness witness, String event) {
		return witness.heard().stream().filter((each) -> each.event().equals(event)).toList();
	}

	@Test
	void rollingRestartThatBringsANewSchedule() {
		String exchange = this.exchange + ".rolling";
		Figures silence = new Figures();
		try (Witness witness = new Witness(this.node, exchange);
				ReplicaSet replicas = new ReplicaSet(TenJobs.arguments(this.node, exchange)).start(3)) {
			witness.leader();
			Instant begun = Instant.now();
			for (String old : replicas.names()) {
				String launched = replicas.launch("--ticktock.scheduler.cron.new.cron=*/5 * * * * *",
						"--ticktock.scheduler.cron.new.validity=1h");
				replicas.get(launched).awaitLog("Standing by");
				boolean led = witness.leader().equals(old);
				Instant stopped = Instant.now();
				replicas.terminate(old);
				if (led) {
					Heard first = witness.awaitOtherThan(old);
					silence.add(Duration.between(stopped, replicas.led(first.leader())));
				}
			}
			Awaitility.await().atMost(RECOVERY).until(() -> of(witness, "new").size() >= 2);
			List<Heard> news = of(witness, "new");
			Instant firstLed = replicas.names()
				.stream()
				.map((name) -> firstLed(replicas, name))
				.min(Instant::compareTo)
				.orElseThrow();
			assertThat(news.get(0).slot()).isAfter(begun).isAfterOrEqualTo(firstLed.minusSeconds(1));
			assertThat(replicas.names()).anySatisfy((name) -> assertThat(
					replicas.get(name).logged("The leader's schedules differ from this replica's: [new]"))
				.isTrue());
			Verdict.nothingMissingOrDoubled(witness, "rolling restart with SIGTERM and a new schedule",
					"SIGTERM to the next lead: " + silence.summary());
		}
	}

	private static Instant firstLed(ReplicaSet replicas, String name) {
		return replicas.get(name)
			.log()
			.stream()
			.filter((line) -> line.contains("Became leader"))
			.map((line) -> Instant.parse(line.substring(0, line.indexOf(' '))))
			.findFirst()
			.orElse(Instant.MAX);
	}

}
