package dev.ticktock.embedded;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The profile "embedded" in the packaged jar: its own broker unless one answers.
 */
class EmbeddedBrokerIntegrationTests {

	private static final String PROFILE = "--spring.profiles.active=embedded";

	@Test
	void whereNobodyListensABrokerIsStartedAndStopsWithTheApplication() throws Exception {
		int port = FreePort.find();
		// Valid for long: a slow start would skip slots otherwise, with a warning.
		try (TickTockProcess tickTock = TickTockProcess.start(List.of(PROFILE, "--spring.rabbitmq.port=" + port),
				"--ticktock.scheduler.cron.a.job.cron=* * * * * *", "--ticktock.scheduler.cron.a.job.validity=1m")) {
			assertThat(tickTock.countLogged("started an embedded one at amqp://guest:guest@127.0.0.1:" + port)).isOne();
			ConnectionFactory factory = new ConnectionFactory();
			factory.setPort(port);
			try (Connection connection = factory.newConnection()) {
				Recorder.bind(connection, "cron.schedule", "worker", "a.job").await(2, PATIENCE);
			}
			assertThat(tickTock.terminate()).isEqualTo(143);
			assertThat(tickTock.logged("Stopped")).isTrue();
			assertThat(tickTock.log()).filteredOn((line) -> !line.contains("Running without a journal"))
				.noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR ") || line.startsWith("\tat ")
						|| line.contains("BRK-"));
		}
	}

	@Test
	void aWrongPasswordEndsTheStartAndNamesTheUser() {
		int port = FreePort.find();
		try (ConfigurableApplicationContext broker = TickTockApp
			.start(List.of(PROFILE, "--spring.rabbitmq.port=" + port));
				TickTockProcess tickTock = TickTockProcess
					.launch(List.of(PROFILE, "--spring.rabbitmq.port=" + port, "--spring.rabbitmq.password=wrong"))) {
			assertThat(broker.getBean(EmbeddedBroker.class).isRunning()).isTrue();
			assertThat(tickTock.exitCode()).isEqualTo(1);
			assertThat(tickTock.log()).anyMatch((line) -> line
				.startsWith("spring.rabbitmq.username = \"guest\": the broker at localhost:" + port + " refuses"));
		}
	}

	@Test
	@RequiresRabbitMq
	void whereARabbitMqListensItIsUsed() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				TickTockProcess tickTock = TickTockProcess.start(RabbitMq.get().arguments(), PROFILE,
						"--ticktock.scheduler.exchange=" + topology.exchange(),
						"--ticktock.scheduler.cron.a.job=* * * * * *")) {
			assertThat(tickTock.countLogged("Using the broker that is running at")).isOne();
			topology.recorder().await(2, PATIENCE);
		}
	}

	@Test
	void whereSomethingElseListensTheStartFailsAndSaysSo() throws Exception {
		try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
				TickTockProcess tickTock = TickTockProcess
					.launch(List.of(PROFILE, "--spring.rabbitmq.port=" + other.getLocalPort()))) {
			assertThat(tickTock.exitCode()).isEqualTo(1);
			assertThat(tickTock.log())
				.anyMatch((line) -> line.startsWith("spring.rabbitmq.port = \"" + other.getLocalPort()))
				.noneMatch((line) -> line.startsWith("\tat "));
		}
	}

	@Test
	void whereTheHostIsAnotherMachineThatDoesNotAnswerTheStartFailsAndSaysSo() {
		try (TickTockProcess tickTock = TickTockProcess
			.launch(List.of(PROFILE, "--spring.rabbitmq.host=nowhere.invalid"))) {
			assertThat(tickTock.exitCode()).isEqualTo(1);
			assertThat(tickTock.log()).anyMatch((line) -> line.startsWith("spring.rabbitmq.host = \"nowhere.invalid\""))
				.noneMatch((line) -> line.startsWith("\tat "));
		}
	}

	@Test
	void withoutTheProfileNoBrokerIsStarted() {
		int port = FreePort.find();
		try (TickTockProcess tickTock = TickTockProcess.start(List.of("--spring.rabbitmq.port=" + port))) {
			assertThat(tickTock.countLogged("started an embedded one")).isZero();
			tickTock.awaitLog("Cannot connect to the broker at localhost:" + port);
		}
	}

}
