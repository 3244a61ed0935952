package dev.ticktock.worker;

import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.stream.Stream;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two copies of a worker that users already have. It brings names of its own.
 */
class WorkerIntegrationTests {

	private static final String TICK = "tick cron\\.minute\\.15@.*\\{\"event\":\"cron\\.minute\\.15\",\"slot\":\".*";

	@Test
	@RequiresRabbitMq(privateNode = true)
	void eachTickReachesOneOfTwoWorkersOnRabbitMq() throws Exception {
		int port = RabbitMqNode.shared().port();
		try {
			assertThatTwoWorkersShareTheTicks(port);
		}
		finally {
			try (Connection connection = RabbitMq.local(port).connect()) {
				TestTopology.delete(connection, "cron.schedule", "ping_my_heroku_app");
			}
		}
	}

	@Test
	void eachTickReachesOneOfTwoWorkersOnTheEmbeddedBroker() throws Exception {
		assertThatTwoWorkersShareTheTicks(FreePort.find(), "--spring.profiles.active=embedded");
	}

	private static void assertThatTwoWorkersShareTheTicks(int port, String... more) throws IOException {
		try (ConfigurableApplicationContext tickTock = TickTockApp.start(
				List.of("--spring.rabbitmq.port=" + port, "--ticktock.scheduler.cron.cron.minute.15=* * * * * *"),
				more); Program first = worker(port); Program second = worker(port)) {
			assertThat(tickTock.isRunning()).isTrue();
			for (Program each : List.of(first, second)) {
				each.await("some ticks", () -> assertThat(each.find(TICK)).hasSizeGreaterThanOrEqualTo(2));
			}
			assertThat(Stream.concat(first.find("tick .*"), second.find("tick .*")).map(MatchResult::group))
				.doesNotHaveDuplicates()
				.allMatch((line) -> line.matches(TICK));
		}
	}

	private static Program worker(int port) {
		ProcessBuilder command = new ProcessBuilder(Program.pythonWith("aioamqp"),
				"src/test/resources/workers/aioamqp_worker.py");
		command.environment().put("AMQP_PORT", Integer.toString(port));
		Program worker = new Program(command);
		worker.await("waiting");
		return worker;
	}

}
