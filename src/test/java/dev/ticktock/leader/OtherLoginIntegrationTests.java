package dev.ticktock.leader;

import com.rabbitmq.client.LongString;
import com.rabbitmq.client.SaslMechanism;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.ticktock.TickTockApplication;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A login whose name the broker takes from something else than
 * {@code spring.rabbitmq.username}, as it does with a client certificate.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class OtherLoginIntegrationTests {

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String login = Names.unique("certificate");

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void itIsToldOnceWithTheRemedyAndTriedUntilItIsMended(boolean withJournal, CapturedOutput output) {
		this.node.ctl("add_user", this.login, "secret");
		this.node.ctl("set_permissions", this.login, ".*", ".*", ".*");
		try (ConfigurableApplicationContext app = start(withJournal)) {
			awaitLog(output, "ERROR", "spring.rabbitmq.username = \"guest\": the broker at localhost:"
					+ this.node.port() + " knows this login by another name (PRECONDITION_FAILED - ");
			awaitLog(output, "ERROR", "Set spring.rabbitmq.username to that name;");
			Leadership leadership = app.getBean(Leadership.class);
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> String.valueOf(leadership.status().trouble()).contains("by another name"));
			long attempts = attempts();
			Awaitility.await().atMost(PATIENCE).until(() -> attempts() > attempts + 1);
			assertThat(lines(output, "ERROR")).isOne();
			assertThat(output.getOut().lines().filter((line) -> line.contains("Standing by"))).hasSizeLessThan(2);
			assertThat(leadership.status().role()).isNotEqualTo(Role.LEADER);
			// So that it may publish in the name of others.
			this.node.ctl("set_user_tags", this.login, "impersonator");
			awaitLog(output, "INFO", "Became leader");
			assertThat(lines(output, "ERROR")).isOne();
		}
	}

	private ConfigurableApplicationContext start(boolean withJournal) {
		return new SpringApplicationBuilder(TickTockApplication.class).registerShutdownHook(false)
			.initializers((context) -> ((GenericApplicationContext) context)
				.registerBean(ConnectionFactoryCustomizer.class, this::loginByCertificate))
			.run("--server.port=0", "--spring.rabbitmq.port=" + this.node.port(),
					"--ticktock.scheduler.exchange=" + this.login, "--ticktock.discovery.enabled=false",
					"--ticktock.journal.enabled=" + withJournal);
	}

	private ConnectionFactoryCustomizer loginByCertificate() {
		return (factory) -> factory.setSaslConfig((mechanisms) -> new SaslMechanism() {

			@Override
			public String getName() {
				return "PLAIN";
			}

			@Override
			public LongString handleChallenge(LongString challenge, String username, String password) {
				return LongStringHelper.asLongString("\0" + OtherLoginIntegrationTests.this.login + "\0secret");
			}

		});
	}

	/** Counts how often this login has connected. */
	private long attempts() {
		return this.node.log()
			.lines()
			.filter((line) -> line.contains("user '" + this.login + "' authenticated"))
			.count();
	}

	private static void awaitLog(CapturedOutput output, String level, String text) {
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> output.getOut().lines().anyMatch((line) -> line.contains(level) && line.contains(text)));
	}

	private static long lines(CapturedOutput output, String level) {
		return output.getOut().lines().filter((line) -> line.contains(" " + level + " ")).count();
	}

}
