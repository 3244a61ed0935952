package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.Moment;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that comes late, goes and returns, or has an exchange of another type.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class BrokerAwayIntegrationTests {

	private static final String EVENT = "late.job";

	private static final int PERIOD = 3;

	/** Longer than a broker takes to boot on a busy machine. */
	private static final Duration VALIDITY = Duration.ofMinutes(2);

	@Test
	void aBrokerThatComesLateAndRestartsGetsWhatIsStillValidAndNothingTwice(CapturedOutput output) throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start(); Relay relay = new Relay(node.port())) {
			TestTopology topology = new TestTopology(node.connectionFactory());
			try (ConfigurableApplicationContext app = start(relay.port(), topology.exchange())) {
				awaitLines(output, "Cannot connect to the broker at localhost:" + relay.port(), 1);
				assertThat(TickTockApp.get(app, "/actuator/health").body()).contains("\"status\":\"DOWN\"");
				Instant late = awaitSecondsBeforeSlot(1);
				Moment.await(late.plusMillis(100));
				relay.open();
				awaitLines(output, "Became leader", 1);
				assertThatItComesLateAndOnce(topology.recorder(), late);
				assertThat(TickTockApp.get(app, "/actuator/health/readiness").body()).contains("\"status\":\"UP\"");

				// A node that is killed may forget a queue that is a second old.
				Moment.await(Instant.now().plusSeconds(6));
				Instant missed = awaitSecondsBeforeSlot(2);
				node.kill();
				awaitLines(output, "Lost the connection to the broker", 1);
				Moment.await(missed.plusMillis(100));
				node.start();
				awaitLines(output, "Became leader", 2);
				Recorder second = new Recorder(node.connectionFactory().newConnection(), topology.queue());
				assertThatItComesLateAndOnce(second, missed);
				second.await(3, PATIENCE);
				List<String> ids = Stream.of(topology.recorder(), second)
					.flatMap((each) -> each.receipts().stream())
					.filter((receipt) -> !receipt.envelope().isRedeliver())
					.map((receipt) -> receipt.properties().getMessageId())
					.toList();
				assertThat(ids).doesNotHaveDuplicates();
				assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("\tat "));
			}
		}
	}

	@Test
	void anExchangeOfAnotherTypeIsNamedOnceAndTriedUntilItIsMended(CapturedOutput output) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		try (TestTopology topology = new TestTopology(node.connectionFactory());
				Channel channel = topology.connection().createChannel()) {
			channel.exchangeDelete(topology.exchange());
			channel.exchangeDeclare(topology.exchange(), "direct", true);
			try (ConfigurableApplicationContext app = start(node.port(), topology.exchange())) {
				assertThat(output).contains("received 'topic' but current is 'direct'");
				Awaitility.await()
					.during(Duration.ofSeconds(3))
					.atMost(PATIENCE)
					.until(() -> lines(output, " ERROR ") == 1);
				channel.exchangeDelete(topology.exchange());
				awaitLines(output, "Became leader", 1);
				assertThat(lines(output, " ERROR ")).isOne();
				assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("\tat "));
				assertThat(app.isRunning()).isTrue();
			}
		}
	}

	private static ConfigurableApplicationContext start(int port, String exchange) {
		return TickTockApp.start(List.of("--spring.rabbitmq.port=" + port, "--ticktock.scheduler.exchange=" + exchange,
				"--ticktock.scheduler.cron.often=* * * * * *",
				"--ticktock.scheduler.cron.%s.cron=*/%d * * * * *".formatted(EVENT, PERIOD),
				"--ticktock.scheduler.cron.%s.validity=%s".formatted(EVENT, VALIDITY)));
	}

	private static void awaitLines(CapturedOutput output, String text, int count) {
		Awaitility.await(text).atMost(PATIENCE).until(() -> lines(output, text) >= count);
	}

	private static long lines(CapturedOutput output, String text) {
		return output.getAll().lines().filter((line) -> line.contains(text)).count();
	}

	private static void assertThatItComesLateAndOnce(Recorder recorder, Instant slot) {
		List<Receipt> ofSlot = Awaitility.await("the tick of " + slot)
			.atMost(PATIENCE)
			.until(() -> recorder.receipts().stream().filter((receipt) -> isOf(receipt, slot)).toList(),
					(found) -> !found.isEmpty());
		assertThat(ofSlot).singleElement().satisfies((receipt) -> {
			long late = receipt.lag().toMillis();
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

}
