package dev.ticktock.embedded;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.SaslMechanism;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.TickTockApp;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The profile "embedded": its own broker unless one answers.
 */
@ExtendWith(OutputCaptureExtension.class)
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
			assertThat(tickTock.lines()).filteredOn((line) -> !line.contains("Running without a journal"))
				.noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR ") || line.startsWith("\tat ")
						|| line.contains("BRK-"));
		}
	}

	@Test
	void aWrongPasswordEndsTheStartAndNamesTheUser(CapturedOutput output) throws Exception {
		int port = FreePort.find();
		try (ConfigurableApplicationContext broker = TickTockApp
			.start(List.of(PROFILE, "--spring.rabbitmq.port=" + port))) {
			assertThat(broker.getBean(EmbeddedBroker.class).isRunning()).isTrue();
			assertThatItEnds(output, "spring.rabbitmq.username = \"guest\": the broker at localhost:",
					"--spring.rabbitmq.port=" + port, "--spring.rabbitmq.password=wrong");
			assertThat(output).containsOnlyOnce("Using the broker that is running at");
			logInByTable(port, "\5LOGINS\0\0\0\5guest\10PASSWORDS\0\0\0\5guest");
			for (String refused : List.of("\10PASSWORDS\0\0\0\5wrong\5LOGINS\0\0\0\5guest", "\5LOGINS\0\0\0\5guest",
					"\5LOGINS\0\0\0\7guest", "\5LOGINI\0\0\0\1", "\5LOGINS\177\0\0\0guest", "\0guest\0guest", "")) {
				assertThatException().isThrownBy(() -> logInByTable(port, refused));
			}
			assertThat(output).doesNotContain("\tat org.apache.qpid");
		}
	}

	/** As php-amqplib does by default. */
	private static void logInByTable(int port, String table) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(port);
		factory.setSaslConfig((offered) -> new SaslMechanism() {

			@Override
			public String getName() {
				return "AMQPLAIN";
			}

			@Override
			public LongString handleChallenge(LongString challenge, String username, String password) {
				return LongStringHelper.asLongString(table);
			}

		});
		factory.newConnection().close();
	}

	@Test
	void whereSomethingElseListensTheStartFailsAndSaysSo(CapturedOutput output) throws Exception {
		try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			assertThatItEnds(output, "spring.rabbitmq.port = \"" + other.getLocalPort(),
					"--spring.rabbitmq.port=" + other.getLocalPort());
		}
	}

	@Test
	void whereTheHostIsAnotherMachineThatDoesNotAnswerTheStartFailsAndSaysSo(CapturedOutput output) {
		assertThatItEnds(output, "spring.rabbitmq.host = \"nowhere.invalid\"",
				"--spring.rabbitmq.host=nowhere.invalid");
	}

	private static void assertThatItEnds(CapturedOutput output, String saying, String... arguments) {
		assertThatException().isThrownBy(() -> TickTockApp.start(List.of(PROFILE), arguments).close());
		assertThat(output.getAll().lines()).anyMatch((line) -> line.startsWith(saying))
			.noneMatch((line) -> line.startsWith("\tat "));
	}

}
