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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bad input, as a person meets it: the packaged jar, its exit code and its last words.
 */
class BadInputIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			ticktock.scheduler.cron.a.job  | 0 61 * * * *
			ticktock.scheduler.cron.a.job  | nonsense
			ticktock.scheduler.zone        | Mars/Base
			ticktock.scheduler.exchange    | ``
			ticktock.scheduler.exchange    | amq.topic
			ticktock.scheduler.max-validity| PT0S
			ticktock.discovery.management-url | localhost:15672
			ticktock.leader.limit          | PT0S
			ticktock.journal.max-age       | PT1M
			ticktock.discovery.management-url | ftp://localhost
			ticktock.discovery.interval    | PT0S
			ticktock.discovery.max-schedules | -1
			ticktock.discovery.max-schedules-per-queue | 0
			ticktock.discovery.min-period  | PT768H
			ticktock.discovery.max-bindings | 0
			ticktock.discovery.max-listing-size | 1024B
			spring.rabbitmq.port           | 70000
			spring.rabbitmq.port           | abc
			spring.rabbitmq.addresses      | localhost:http
			server.port                    | 99999
			""")
	void aWrongValueEndsTheStartAndIsNamed(String property, String value) {
		try (TickTockProcess tickTock = TickTockProcess.launch(List.of("--" + property + "=" + value))) {
			assertThatItEndsNaming(tickTock, property, value);
		}
	}

	@Test
	void anEventThatIsTooLongEndsTheStartAndIsNamed() {
		String property = "ticktock.scheduler.cron." + "e".repeat(256);
		try (TickTockProcess tickTock = TickTockProcess.launch(List.of("--" + property + "=* * * * * *"))) {
			assertThatItEndsNaming(tickTock, property, "* * * * * *");
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
		try (RabbitMqNode node = new RabbitMqNode().start()) {
			node.ctl("add_user", "weak", "weak");
			node.ctl("set_permissions", "weak", "^other$", "^other$", "^other$");
			try (TickTockProcess tickTock = TickTockProcess.launch(List.of("--spring.rabbitmq.port=" + node.port(),
					"--spring.rabbitmq.username=weak", "--spring.rabbitmq.password=weak"))) {
				assertThatItEndsNaming(tickTock, "ticktock.scheduler.exchange", "cron.schedule");
				assertThat(tickTock.log()).anyMatch((line) -> line.contains("rabbitmqctl set_permissions"));
			}
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
				tickTock.awaitLog("Publishing to exchange");
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
