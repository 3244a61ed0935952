package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.Moment;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that comes late, goes and returns.
 */
@RequiresRabbitMq(privateNode = true)
class BrokerAwayIntegrationTests {

	private static final String EVENT = "late.job";

	private static final int PERIOD = 5;

	/** Longer than a broker takes to boot on a busy machine. */
	private static final Duration VALIDITY = Duration.ofMinutes(2);

	@Test
	void aBrokerThatComesLateAndRestartsGetsWhatIsStillValidAndNothingTwice() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start()) {
			TestTopology topology = new TestTopology(node.connectionFactory());
			// In an orderly way: a node that is killed may forget a binding that is this
			// young.
			node.stop();
			try (TickTockProcess tickTock = TickTockProcess.start(arguments(node, topology.exchange()),
					"--ticktock.scheduler.cron.often=* * * * * *")) {
				tickTock.awaitLog("Cannot connect to the broker at localhost:" + node.port());
				assertThat(tickTock.actuator("health")).contains("\"status\":\"DOWN\"");
				Instant late = awaitSecondsBeforeSlot(1);
				Moment.await(late.plusMillis(100));
				node.start();
				tickTock.awaitLog("Became leader");
				Recorder first = new Recorder(node.connectionFactory().newConnection(), topology.queue());
				assertThatItComesLateAndOnce(first, late, tickTock, node);
				assertThat(tickTock.actuator("health/readiness")).contains("\"status\":\"UP\"");
				// There was no leader yet that could have promised them.
				assertThat(skipped(tickTock)).isZero();

				// A node that is killed may also forget a queue that is a second old.
				Moment.await(Instant.now().plusSeconds(6));
				Instant missed = awaitSecondsBeforeSlot(2);
				node.kill();
				tickTock.awaitLog("Lost the connection to the broker");
				Moment.await(missed.plusMillis(100));
				node.start();
				Awaitility.await().atMost(PATIENCE).until(() -> tickTock.countLogged("Became leader") == 2);
				Recorder second = new Recorder(node.connectionFactory().newConnection(), topology.queue());
				assertThatItComesLateAndOnce(second, missed, tickTock, node);
				second.await(5, PATIENCE);
				List<String> ids = Stream.of(first, second)
					.flatMap((each) -> each.receipts().stream())
					.filter((receipt) -> !receipt.envelope().isRedeliver())
					.map((receipt) -> receipt.properties().getMessageId())
					.toList();
				assertThat(ids).doesNotHaveDuplicates();
				assertThat(tickTock.log()).noneMatch((line) -> line.startsWith("\tat "));
			}
		}
	}

	private static void assertThatItComesLateAndOnce(Recorder recorder, Instant slot, TickTockProcess tickTock,
			RabbitMqNode node) {
		try {
			Awaitility.await("the tick of " + slot)
				.atMost(PATIENCE)
				.until(() -> recorder.receipts().stream().anyMatch((receipt) -> isOf(receipt, slot)));
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("%s%nReceived: %s%nBindings: %s%nLog:%n%s".formatted(ex.getMessage(),
					recorder.receipts().stream().map((each) -> each.properties().getMessageId()).toList(),
					node.ctl("list_bindings"), String.join("\n", tickTock.log())), ex);
		}
		List<Receipt> ofSlot = recorder.receipts().stream().filter((receipt) -> isOf(receipt, slot)).toList();
		assertThat(ofSlot).singleElement().satisfies((receipt) -> {
			long late = Duration.between(slot, receipt.at()).toMillis();
			assertThat(late).isPositive();
			assertThat(Long.parseLong(receipt.properties().getExpiration())).isBetween(VALIDITY.toMillis() - late - 1,
					VALIDITY.toMillis() - 100);
		});
	}

	private static boolean isOf(Receipt receipt, Instant slot) {
		return EVENT.equals(receipt.event()) && slot.equals(receipt.slot());
	}

	private static Instant awaitSecondsBeforeSlot(int seconds) {
		Instant now = Instant.now();
		long next = Math.floorDiv(now.getEpochSecond() + seconds, PERIOD) * PERIOD + PERIOD;
		Instant slot = Instant.ofEpochSecond(next);
		Moment.await(slot.minusSeconds(seconds));
		return slot;
	}

	private static double skipped(TickTockProcess tickTock) {
		return tickTock.actuator("prometheus")
			.lines()
			.filter((line) -> line.startsWith("ticktock_ticks_skipped_total"))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
			.sum();
	}

	private static List<String> arguments(RabbitMqNode node, String exchange) {
		return List.of("--spring.rabbitmq.port=" + node.port(), "--ticktock.scheduler.exchange=" + exchange,
				"--ticktock.scheduler.cron.%s.cron=*/%d * * * * *".formatted(EVENT, PERIOD),
				"--ticktock.scheduler.cron.%s.validity=%s".formatted(EVENT, VALIDITY));
	}

}
