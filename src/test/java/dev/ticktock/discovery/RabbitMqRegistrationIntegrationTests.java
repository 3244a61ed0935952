package dev.ticktock.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.ticktock.documents.Document;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Role;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that register their schedules with a RabbitMQ that has the management plugin.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class RabbitMqRegistrationIntegrationTests extends AbstractRegistrationContract {

	private static final Map<String, Object> EVERY_SECOND = Map.of("cron", "* * * * * *", "validity", "5m");

	private static final String EVENT = "job.often";

	private final RabbitMqNode node = RabbitMqNode.shared();

	@AfterAll
	@Override
	void stop() throws Exception {
		super.stop();
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			TestTopology.delete(connection, "cron.schedule", "report");
		}
	}

	@Override
	int port() {
		return this.node.port();
	}

	@Override
	List<String> arguments() {
		return this.node.arguments();
	}

	private List<String> arguments(int managementPort, String exchange) {
		return this.node.arguments(managementPort, "--ticktock.scheduler.exchange=" + exchange,
				"--ticktock.discovery.interval=200ms");
	}

	private static Recorder register(Connection connection, String exchange) throws IOException {
		return Recorder.bind(connection, exchange, exchange + ".queue", EVENT, EVERY_SECOND);
	}

	@Test
	void whatIsKnownStaysWhileTheManagementApiIsAway(CapturedOutput output) throws Exception {
		String exchange = Names.unique("test.away");
		try (Connection connection = this.node.connectionFactory().newConnection();
				Relay relay = new Relay(this.node.managementPort()).open();
				ConfigurableApplicationContext app = TickTockApp.start(arguments(relay.port(), exchange))) {
			Recorder recorder = register(connection, exchange);
			recorder.await(1, PATIENCE);
			relay.cut();
			awaitLog(output, "The 1 schedules registered by workers stay in force until the bindings");
			recorder.await(recorder.receipts().size() + 2, PATIENCE);
			assertThat(output.getAll()).containsOnlyOnce("stay in force until");
			assertThat(TickTockApp.get(app, "/actuator/health").body()).contains("\"status\":\"UP\"");
			relay.open();
			awaitLog(output, "can be read again");
			recorder.await(recorder.receipts().size() + 1, PATIENCE);
			Recorder.assertGapless(recorder.receipts(), Duration.ofSeconds(1));
		}
	}

	private static void awaitLog(CapturedOutput output, String text) {
		Patience.await(text).until(() -> output.getAll().contains(text));
	}

	@Test
	void anotherQueueInThePlaceOfThatOfHoldsStopsNoTicks(CapturedOutput output) throws Exception {
		String exchange = Names.unique("test.other");
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			connection.createChannel().queueDeclare(exchange + ".hold", true, false, false, null);
			Recorder recorder = register(connection, exchange);
			try (ConfigurableApplicationContext app = TickTockApp
				.start(arguments(this.node.managementPort(), exchange))) {
				awaitLog(output, "did not declare the queue \"" + exchange
						+ ".hold\"; going on without it: PRECONDITION_FAILED");
				recorder.await(1, PATIENCE);
				assertThat(app.isRunning()).isTrue();
			}
		}
	}

	@Test
	void anAccountForTheManagementApiNeedsNoPermissionToTouchAnything() throws Exception {
		Document.of("docs/security.md").commands("rabbitmqctl", "lister").forEach(this.node::ctl);
		String exchange = Names.unique("test.lister");
		try (Connection connection = this.node.connectionFactory().newConnection();
				ConfigurableApplicationContext app = TickTockApp.start(arguments(this.node.managementPort(), exchange),
						"--ticktock.discovery.username=lister", "--ticktock.discovery.password=PASSWORD")) {
			assertThat(app.isRunning()).isTrue();
			register(connection, exchange).await(1, PATIENCE);
		}
	}

	@Test
	void bindingsThatDisagreeAreToldOnceAndTheScheduleThatHeldGoesOn(CapturedOutput output) throws Exception {
		String exchange = Names.unique("test.conflict");
		List<String> arguments = arguments(this.node.managementPort(), exchange);
		try (Connection connection = this.node.connectionFactory().newConnection();
				ConfigurableApplicationContext first = TickTockApp.start(arguments)) {
			Recorder recorder = register(connection, exchange);
			recorder.await(1, PATIENCE);
			connection.createChannel().queueBind(exchange + ".queue", exchange, EVENT, Map.of("cron", "@yearly"));
			awaitLog(output, "registers nothing: it asks for \"@yearly\" (");
			recorder.await(recorder.receipts().size() + 2, PATIENCE);
			assertThat(output.getAll()).containsOnlyOnce("it asks for \"@yearly\"");
			// Another replica, which has not seen which of the two was first.
			try (ConfigurableApplicationContext second = TickTockApp.start(arguments)) {
				Discovery discovery = second.getBean(Discovery.class);
				DiscoveryStatus status = Patience.await().until(discovery::status, (each) -> each.schedules() == 1);
				assertThat(status.problems()).singleElement()
					.satisfies((each) -> assertThat(each.reason()).contains("it asks for \"@yearly\""));
				first.stop();
				recorder.await(recorder.receipts().size() + 2, PATIENCE);
			}
			Recorder.assertGapless(recorder.receipts(), Duration.ofSeconds(1));
		}
	}

	@Test
	void aTextThatIsNotUtf8IsRefusedAsSuch(CapturedOutput output) throws Exception {
		String exchange = Names.unique("test.bytes");
		try (Connection connection = this.node.connectionFactory().newConnection();
				ConfigurableApplicationContext app = TickTockApp
					.start(arguments(this.node.managementPort(), exchange))) {
			assertThat(app.isRunning()).isTrue();
			register(connection, exchange).await(1, PATIENCE);
			Map<String, Object> latin = Map.of("cron", "@daily", "data",
					LongStringHelper.asLongString("Zürich".getBytes(StandardCharsets.ISO_8859_1)));
			connection.createChannel().queueBind(exchange + ".queue", exchange, "job.latin", latin);
			awaitLog(output, "its argument data is not UTF-8 but, in base64, \"WvxyaWNo\"");
		}
	}

	@Test
	void withoutDiscoveryBindingsAreNotRead() {
		try (ConfigurableApplicationContext app = TickTockApp.start(arguments(1, Names.unique("test.off")),
				"--ticktock.discovery.enabled=false")) {
			Leadership leadership = app.getBean(Leadership.class);
			Patience.await().until(() -> leadership.status().role() == Role.LEADER);
			assertThat(app.getBeansOfType(Discovery.class)).isEmpty();
		}
	}

}
