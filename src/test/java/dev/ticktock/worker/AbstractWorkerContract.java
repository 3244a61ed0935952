package dev.ticktock.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.stream.Stream;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.documents.Program;
import dev.ticktock.support.Python;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two shapes of workers that users already have. One TickTock runs through the tests.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractWorkerContract {

	/** How many ticks each of two workers receives. */
	private static final int TICKS = 2;

	private static final String EXCHANGE = "my.scheduler";

	private static final String TICK = "tick cron\\.minute\\.15@.*\\{\"event\":\"cron\\.minute\\.15\",\"slot\":\".*";

	private ConfigurableApplicationContext tickTock;

	abstract int port();

	/** Returns what TickTock needs to find the broker. */
	abstract List<String> arguments();

	@BeforeAll
	void start() {
		this.tickTock = TickTockApp.start(arguments(), "--ticktock.scheduler.exchange=" + EXCHANGE,
				"--ticktock.scheduler.cron.cron.minute.1=* * * * * *",
				"--ticktock.scheduler.cron.cron.minute.15=* * * * * *");
	}

	@AfterAll
	void stop() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(port());
		try (Connection connection = factory.newConnection()) {
			TestTopology.delete(connection, EXCHANGE, "ping_my_heroku_app");
			connection.createChannel().queueDelete("my-app.worker.my_job");
		}
		this.tickTock.close();
	}

	@Test
	void eachTickReachesOneOfTwoPythonWorkers() throws Exception {
		try (Program first = pythonWorker(); Program second = pythonWorker()) {
			for (Program each : List.of(first, second)) {
				each.await("waiting");
			}
			for (Program each : List.of(first, second)) {
				each.await("some ticks", () -> assertThat(each.find(TICK)).hasSizeGreaterThanOrEqualTo(TICKS));
			}
			assertThat(Stream.concat(first.find(TICK), second.find(TICK)).map(MatchResult::group))
				.doesNotHaveDuplicates();
			assertThat(Stream.concat(first.find("tick .*"), second.find("tick .*")).map(MatchResult::group))
				.allMatch((line) -> line.matches(TICK));
		}
	}

	private Program pythonWorker() throws IOException {
		ProcessBuilder command = new ProcessBuilder(Python.with("aioamqp"),
				"src/test/resources/workers/aioamqp_worker.py");
		command.environment().put("AMQP_PORT", Integer.toString(port()));
		command.environment().put("EXCHANGE", EXCHANGE);
		return new Program(command);
	}

	@Test
	void eachTickReachesOneOfTwoSpringWorkers() {
		try (ConfigurableApplicationContext first = springWorker();
				ConfigurableApplicationContext second = springWorker()) {
			List<Date> both = new ArrayList<>(awaitSlots(first));
			both.addAll(awaitSlots(second));
			// Spring puts the time of receipt under this name, so the slot is its second.
			assertThat(both).extracting((received) -> received.getTime() / 1000).doesNotHaveDuplicates();
		}
	}

	private static List<Date> awaitSlots(ConfigurableApplicationContext worker) {
		SpringWorker bean = worker.getBean(SpringWorker.class);
		return Awaitility.await().atMost(PATIENCE).until(bean::slots, (slots) -> slots.size() >= TICKS);
	}

	private ConfigurableApplicationContext springWorker() {
		return new SpringApplicationBuilder(SpringWorker.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.run("--spring.application.name=my-app", "--spring.config.location=optional:classpath:/none/",
					"--spring.rabbitmq.port=" + port());
	}

}
