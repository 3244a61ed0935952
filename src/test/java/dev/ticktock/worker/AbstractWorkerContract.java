package dev.ticktock.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
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
 * Two shapes of workers that users already have.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractWorkerContract {

	private static final int TICKS = 6;

	abstract int port();

	abstract void startBroker();

	abstract void stopBroker();

	@BeforeAll
	void before() {
		startBroker();
	}

	@AfterAll
	void after() {
		stopBroker();
	}

	@Test
	void eachTickReachesOneOfTwoPythonWorkers() throws Exception {
		try (ConfigurableApplicationContext tickTock = TickTockApp.start(List.of("--spring.rabbitmq.port=" + port()),
				"--ticktock.scheduler.cron.cron.minute.15=* * * * * *");
				PythonWorker first = new PythonWorker(port());
				PythonWorker second = new PythonWorker(port())) {
			assertThat(tickTock.isRunning()).isTrue();
			Awaitility.await()
				.atMost(PATIENCE)
				.failFast("a worker has ended", () -> !first.process.isAlive() || !second.process.isAlive())
				.until(() -> first.ticks().size() + second.ticks().size() >= TICKS && !first.ticks().isEmpty()
						&& !second.ticks().isEmpty());
			List<String> both = new ArrayList<>(first.ticks());
			both.addAll(second.ticks());
			assertThat(both).doesNotHaveDuplicates()
				.allMatch((tick) -> tick.startsWith("tick cron.minute.15@"))
				.allMatch((tick) -> tick.contains("{\"event\":\"cron.minute.15\",\"slot\":\""));
		}
		finally {
			delete("ping_my_heroku_app", "cron.schedule");
		}
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

	/**
	 * A running Python worker.
	 */
	private static final class PythonWorker implements AutoCloseable {

		private final List<String> lines = new CopyOnWriteArrayList<>();

		private final Process process;

		PythonWorker(int port) throws IOException {
			ProcessBuilder builder = new ProcessBuilder(Python.with("aioamqp"),
					"src/test/resources/workers/aioamqp_worker.py")
				.redirectErrorStream(true);
			builder.environment().put("AMQP_PORT", Integer.toString(port));
			this.process = builder.start();
			Thread reader = new Thread(this::read, "python worker");
			reader.setDaemon(true);
			reader.start();
			Awaitility.await("the Python worker").atMost(PATIENCE).failFast(() -> {
				if (!this.process.isAlive()) {
					throw new IllegalStateException("it ended: " + this.lines);
				}
			}).until(() -> this.lines.contains("waiting"));
		}

		private void read() {
			try (BufferedReader reader = this.process.inputReader()) {
				reader.lines().forEach(this.lines::add);
			}
			catch (IOException ex) {
				this.lines.add(String.valueOf(ex.getMessage()));
			}
		}

		List<String> ticks() {
			return this.lines.stream().filter((line) -> line.startsWith("tick ")).toList();
		}

		@Override
		public void close() {
			this.process.destroy();
		}

	}

}
