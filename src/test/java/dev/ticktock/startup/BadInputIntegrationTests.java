package dev.ticktock.startup;

import java.time.Duration;
import java.util.List;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bad input ends the start with its exit code and its last words.
 */
@ExtendWith(OutputCaptureExtension.class)
class BadInputIntegrationTests {

	/** Other values are in {@link BadInputTests}. */
	@Test
	void aWrongValueEndsTheProcessAndIsNamed() {
		try (TickTockProcess tickTock = TickTockProcess
			.launch(List.of("--ticktock.scheduler.cron.a.job=0 61 * * * *"))) {
			assertThat(tickTock.exitCode()).isEqualTo(1);
			assertThat(tickTock.lines())
				.anyMatch((line) -> line.startsWith("ticktock.scheduler.cron.a.job = \"0 61 * * * *\": "))
				.contains("Action:")
				.noneMatch((line) -> line.startsWith("\tat ") || line.contains("Exception in thread"));
		}
	}

	@Test
	@RequiresRabbitMq
	void anExchangeOfAnotherTypeIsNamedOnceAndTriedUntilItIsMended(CapturedOutput output) throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Channel channel = topology.connection().createChannel()) {
			channel.exchangeDelete(topology.exchange());
			channel.exchangeDeclare(topology.exchange(), "direct", true);
			try (ConfigurableApplicationContext tickTock = TickTockApp.start(RabbitMq.get().arguments(),
					"--ticktock.scheduler.exchange=" + topology.exchange())) {
				assertThat(output).contains("received 'topic' but current is 'direct'");
				Awaitility.await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> errors(output) == 1);
				channel.exchangeDelete(topology.exchange());
				Awaitility.await().atMost(PATIENCE).until(() -> output.getAll().contains("Became leader"));
				assertThat(errors(output)).isOne();
				assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("\tat "));
				assertThat(tickTock.isRunning()).isTrue();
			}
		}
	}

	private static long errors(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains(" ERROR ")).count();
	}

}
