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
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two shapes of workers that users already have.
 */
abstract class AbstractWorkerContract {

	private static final int TICKS = 6;

	private static final String TICK = "tick cron\\.minute\\.15@.*\\{\"event\":\"cron\\.minute\\.15\",\"slot\":\".*";

	abstract int port();

	@Test
	void eachTickReachesOneOfTwoPythonWorkers() throws Exception {
		try (ConfigurableApplicationContext tickTock = TickTockApp.start(List.of("--spring.rabbitmq.port=" + port()),
				"--ticktock.scheduler.cron.cron.minute.15=* * * * * *");
				Program first = pythonWorker();
				Program second = pythonWorker()) {
			assertThat(tickTock.isRunning()).isTrue();
			for (Program each : List.of(first, second)) {
				each.await("some ticks", () -> assertThat(each.find(TICK)).hasSizeGreaterThanOrEqualTo(TICKS / 2));
			}
			assertThat(Stream.concat(first.find(TICK), second.find(TICK)).map(MatchResult::group))
				.doesNotHaveDuplicates();
			assertThat(Stream.concat(first.find("tick .*"), second.find("tick .*")).map(MatchResult::group))
				.allMatch((line) -> line.matches(TICK));
		}
		finally {
			delete("ping_my_heroku_app", "cron.schedule");
		}
	}

	private Program pythonWorker() throws IOException {
		ProcessBuilder command = new ProcessBuilder(Python.with("aioamqp"),
				"src/test/resources/workers/aioamqp_worker.py");
		command.environment().put("AMQP_PORT", Integer.toString(port()));
		Program worker = new Program(command);
		worker.await("waiting");
		return worker;
	}

	@Test
	void eachTickReachesOneOfTwoSpringWorkers() throws Exception {
		try (ConfigurableApplicationContext tickTock = TickTockApp.start(List.of("--spring.rabbitmq.port=" + port()),
				"--ticktock.scheduler.exchange=my.scheduler", "--ticktock.scheduler.cron.cron.minute.1=* * * * * *");
				ConfigurableApplicationContext first = springWorker();
				ConfigurableApplicationContext second = springWorker()) {
			assertThat(tickTock.isRunning()).isTrue();
			List<Date> ofFirst = awaitSlots(first);
			List<Date> ofSecond = awaitSlots(second);
			List<Date> both = new ArrayList<>(ofFirst);
			both.addAll(ofSecond);
			// Spring puts the time of receipt under this name, so the slot is its second.
			assertThat(both).extracting((received) -> received.getTime() / 1000).doesNotHaveDuplicates();
		}
		finally {
			delete("my-app.worker.my_job", "my.scheduler");
		}
	}

	private static List<Date> awaitSlots(ConfigurableApplicationContext worker) {
		SpringWorker bean = worker.getBean(SpringWorker.class);
		Awaitility.await().atMost(PATIENCE).until(() -> bean.slots().size() >= TICKS / 2);
		return bean.slots();
	}

	private ConfigurableApplicationContext springWorker() {
		return new SpringApplicationBuilder(SpringWorker.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.run("--spring.application.name=my-app", "--spring.config.location=optional:classpath:/none/",
					"--spring.rabbitmq.port=" + port());
	}

	private void delete(String queue, String exchange) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(port());
		try (Connection connection = factory.newConnection()) {
			TestTopology.delete(connection, exchange, queue);
		}
	}

}
