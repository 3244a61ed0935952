package dev.ticktock.documents;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.Connection;
import dev.ticktock.observe.TickTockEndpoint;
import dev.ticktock.support.Commands;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.Program;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.Skipped;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the documents tell an operator to run: a job now, and a job that is to pause.
 * The account is that of docs/security.md.
 */
@RequiresRabbitMq(privateNode = true)
class OperatorIntegrationTests {

	private static final String EVENT = "report.nightly";

	private final RabbitMqNode node = RabbitMqNode.shared();

	private String asOperator(String command, String exchange) {
		Skipped.unlessInstalled("rabbitmqadmin", "rabbitmq-server");
		Skipped.unlessInstalled("amqp-publish", "amqp-tools");
		return Commands.run("sh", "-c", command.replace("cron.schedule", exchange)
			.replace("cron.second.30", EVENT)
			.replace("rabbitmqadmin",
					"rabbitmqadmin --port=%d --username=operator --password=secret"
						.formatted(this.node.managementPort()))
			.replace("amqp-publish",
					"amqp-publish --port=%d --username=operator --password=secret".formatted(this.node.port())));
	}

	private static String report(ConfigurableApplicationContext app) {
		Object report = app.getBean(TickTockEndpoint.class).event(EVENT);
		return app.getBean(EndpointJsonMapper.class).get().writeValueAsString(report);
	}

	@Test
	void aJobRunsNowAndPausesAsTheDocumentsSay(@TempDir Path folder) throws Exception {
		String exchange = Names.unique("test.operator");
		String pattern = exchange.replace(".", "\\.");
		this.node.ctl("add_user", "operator", "secret");
		for (List<String> words : Document.of("docs/security.md").commands("rabbitmqctl", "operator")) {
			this.node.ctl(words.stream().map((word) -> word.replace("cron\\.schedule", pattern)).toList());
		}
		try (ConfigurableApplicationContext app = TickTockApp.start(
				this.node.arguments("--ticktock.discovery.interval=200ms", "--ticktock.scheduler.exchange=" + exchange,
						"--ticktock.scheduler.cron." + EVENT + "=0 0 4 1 1 *"));
				Connection connection = this.node.connectionFactory().newConnection("test")) {
			Recorder recorder = Recorder.bind(connection, exchange, exchange + ".worker", EVENT);
			asOperator(Document.of("docs/tick.md").block("shell", "amqp-publish").text(), exchange);
			List<Receipt> receipts = recorder.await(2, PATIENCE);
			Receipt first = receipts.get(0);
			Instant slot = first.slot();
			assertThat(first.body()).isEqualTo("{\"event\":\"%s\",\"slot\":\"%s\"}".formatted(EVENT, slot));
			assertThat(first.properties().getMessageId()).isEqualTo("by hand@" + slot);
			assertThat(first.properties().getExpiration()).isEqualTo("60000");
			assertThat(first.properties().getHeaders()).hasToString("{event=" + EVENT + "}");
			assertThat(receipts.get(1).body()).isEqualTo(first.body());
			Patience.await().until(() -> report(app).contains("\"byHand\":true"));
			Document operations = Document.of("docs/operations.md");
			asOperator(operations.block("shell", "schedule.hold").text(), exchange);
			Patience.await()
				.until(() -> report(app)
					.contains("\"held\":{\"key\":\"report.#\",\"by\":\"ana\",\"why\":\"a new disk\"}"));
			String python = "import pika\nchannel = pika.BlockingConnection(pika.ConnectionParameters(\"localhost\")).channel()\n"
					+ operations.block("python", "schedule.hold").text().replace("cron.schedule", exchange);
			try (Program unbinding = Program.python(folder, this.node.port(), python)) {
				assertThat(unbinding.exitCode()).as("%s", unbinding).isZero();
			}
			Patience.await().until(() -> !report(app).contains("\"held\":"));
		}
		finally {
			this.node.ctl("delete_user", "operator");
		}
	}

}
