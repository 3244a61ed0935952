package dev.ticktock.startup;

import java.time.Duration;
import java.util.List;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
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
import static org.assertj.core.api.Assertions.assertThatException;

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
			assertThatItNames(tickTock.log(), "ticktock.scheduler.cron.a.job", "0 61 * * * *");
		}
	}

	@Test
	@RequiresRabbitMq
	void wrongCredentialsEndTheStartAndAreNamed(CapturedOutput output) {
		assertThatItEndsNaming(output, "spring.rabbitmq.username", RabbitMq.get().username(),
				"--spring.rabbitmq.password=wrong");
	}

	@Test
	@RequiresRabbitMq
	void aVirtualHostThatDoesNotExistEndsTheStartAndIsNamed(CapturedOutput output) {
		assertThatItEndsNaming(output, "spring.rabbitmq.virtual-host", "nowhere",
				"--spring.rabbitmq.virtual-host=nowhere");
	}

	@Test
	@RequiresRabbitMq(privateNode = true)
	void noPermissionOnTheExchangeEndsTheStartAndIsNamed(CapturedOutput output) {
		RabbitMqNode node = RabbitMqNode.shared();
		node.ctl("add_user", "weak", "weak");
		node.ctl("set_permissions", "weak", "^other$", "^other$", "^other$");
		assertThatException().isThrownBy(() -> TickTockApp.start(List.of("--spring.rabbitmq.port=" + node.port(),
				"--spring.rabbitmq.username=weak", "--spring.rabbitmq.password=weak")));
		assertThatItNames(output.getAll().lines().toList(), "ticktock.scheduler.exchange", "cron.schedule");
		assertThat(output).contains("rabbitmqctl set_permissions");
	}

	@Test
	@RequiresRabbitMq
	void anExchangeOfAnotherTypeIsNamedOnceAndTriedUntilItIsMended(CapturedOutput output) throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Channel channel = topology.connection().createChannel()) {
			channel.exchangeDelete(topology.exchange());
			channel.exchangeDeclare(topology.exchange(), "direct", true);
			try (ConfigurableApplicationContext tickTock = start(
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

	private static ConfigurableApplicationContext start(String... more) {
		return TickTockApp.start(RabbitMq.get().arguments(), more);
	}

	private static void assertThatItEndsNaming(CapturedOutput output, String property, String value, String... more) {
		assertThatException().isThrownBy(() -> start(more).close());
		assertThatItNames(output.getAll().lines().toList(), property, value);
	}

	private static void assertThatItNames(List<String> log, String property, String value) {
		assertThat(log).anyMatch((line) -> line.startsWith("%s = \"%s\": ".formatted(property, value)))
			.contains("Action:")
			.noneMatch((line) -> line.startsWith("\tat ") || line.contains("Exception in thread"));
	}

}
