package dev.ticktock.startup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.Channel;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bad input, as a person meets it: the packaged jar, its exit code and its last words.
 */
class BadInputIntegrationTests {

	/** Values of every other property are in {@link BadInputTests}. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			ticktock.scheduler.cron.a.job | 0 61 * * * *
			spring.rabbitmq.port          | 70000
			""")
	void aWrongValueEndsTheStartAndIsNamed(String property, String value) {
		try (TickTockProcess tickTock = TickTockProcess.launch(List.of("--" + property + "=" + value))) {
			assertThatItEndsNaming(tickTock, property, value);
		}
	}

	@Test
	@RequiresRabbitMq
	void wrongCredentialsEndTheStartAndAreNamed() {
		try (TickTockProcess tickTock = launch("--spring.rabbitmq.password=wrong")) {
			assertThatItEndsNaming(tickTock, "spring.rabbitmq.username", RabbitMq.get().username());
		}
	}

	@Test
	@RequiresRabbitMq
	void aVirtualHostThatDoesNotExistEndsTheStartAndIsNamed() {
		try (TickTockProcess tickTock = launch("--spring.rabbitmq.virtual-host=nowhere")) {
			assertThatItEndsNaming(tickTock, "spring.rabbitmq.virtual-host", "nowhere");
		}
	}

	@Test
	@RequiresRabbitMq(privateNode = true)
	void noPermissionOnTheExchangeEndsTheStartAndIsNamed() {
		RabbitMqNode node = RabbitMqNode.shared();
		node.ctl("add_user", "weak", "weak");
		node.ctl("set_permissions", "weak", "^other$", "^other$", "^other$");
		try (TickTockProcess tickTock = TickTockProcess.launch(List.of("--spring.rabbitmq.port=" + node.port(),
				"--spring.rabbitmq.username=weak", "--spring.rabbitmq.password=weak"))) {
			assertThatItEndsNaming(tickTock, "ticktock.scheduler.exchange", "cron.schedule");
			assertThat(tickTock.log()).anyMatch((line) -> line.contains("rabbitmqctl set_permissions"));
		}
	}

	@Test
	@RequiresRabbitMq
	void anExchangeOfAnotherTypeIsNamedOnceAndTriedUntilItIsMended() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				Channel channel = topology.connection().createChannel()) {
			channel.exchangeDelete(topology.exchange());
			channel.exchangeDeclare(topology.exchange(), "direct", true);
			try (TickTockProcess tickTock = launch("--ticktock.scheduler.exchange=" + topology.exchange())) {
				tickTock.awaitLog("received 'topic' but current is 'direct'");
				tickTock.awaitLog("Started TickTockApplication");
				Awaitility.await()
					.during(Duration.ofSeconds(3))
					.atMost(PATIENCE)
					.until(() -> tickTock.countLogged(" ERROR ") == 1);
				channel.exchangeDelete(topology.exchange());
				tickTock.awaitLog("Became leader");
				assertThat(tickTock.countLogged(" ERROR ")).isOne();
				assertThat(tickTock.log()).noneMatch((line) -> line.startsWith("\tat "));
			}
		}
	}

	private static TickTockProcess launch(String... more) {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		arguments.addAll(List.of(more));
		return TickTockProcess.launch(arguments);
	}

	private static void assertThatItEndsNaming(TickTockProcess tickTock, String property, String value) {
		assertThat(tickTock.exitCode()).isEqualTo(1);
		assertThat(tickTock.log()).anyMatch((line) -> line.startsWith("%s = \"%s\": ".formatted(property, value)))
			.contains("Action:")
			.noneMatch((line) -> line.startsWith("\tat ") || line.contains("Exception in thread"));
	}

}
