package dev.ticktock.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Connection;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * A schedule that a worker has registered, while leaders are killed and the management
 * API is away.
 */
@RequiresRabbitMq(privateNode = true)
class RegistrationChaosIntegrationTests {

	private static final Map<String, Object> EVERY_TWO_SECONDS = Map.of("cron", "*/2 * * * * *", "validity", "5m");

	private final RabbitMqNode node = RabbitMqNode.shared();

	private List<String> arguments(int managementPort, String exchange) {
		return this.node.arguments(managementPort, "--ticktock.scheduler.exchange=" + exchange);
	}

	private static Recorder register(Connection connection, String exchange) throws IOException {
		return Recorder.bind(connection, exchange, exchange + ".queue", "job.often", EVERY_TWO_SECONDS);
	}

	/**
	 * The next leader may not have read the binding when it takes over: here it never
	 * has, until some seconds later.
	 */
	@Test
	void aTakeoverLosesNothingOfARegisteredSchedule() throws Exception {
		String exchange = Names.unique("test.takeover");
		try (Connection connection = this.node.connectionFactory().newConnection();
				Relay relay = new Relay(this.node.managementPort());
				TickTockProcess first = TickTockProcess.start(arguments(this.node.managementPort(), exchange),
						"--ticktock.replica=first")) {
			first.awaitLog("Became leader");
			Recorder recorder = register(connection, exchange);
			recorder.await(2, PATIENCE);
			try (TickTockProcess second = TickTockProcess.start(arguments(relay.port(), exchange),
					"--ticktock.replica=second")) {
				second.awaitLog("Standing by");
				second.awaitLog("are unknown until the bindings of exchange");
				first.kill();
				second.awaitLog("Became leader");
				int before = recorder.receipts().size();
				Patience.await().during(Duration.ofSeconds(6)).until(() -> recorder.receipts().size() == before);
				relay.open();
				recorder.await(before + 5, PATIENCE);
				second.awaitLog("can be read again");
			}
			Recorder.assertGapless(recorder.receipts(), Duration.ofSeconds(2));
		}
	}

	@Test
	void aTotalOutageIsCaughtUpEvenIfTheManagementApiAnswersLater() throws Exception {
		String exchange = Names.unique("test.outage");
		try (Connection connection = this.node.connectionFactory().newConnection();
				Relay relay = new Relay(this.node.managementPort()).open()) {
			Recorder recorder = register(connection, exchange);
			try (TickTockProcess only = TickTockProcess.start(arguments(relay.port(), exchange))) {
				recorder.await(2, PATIENCE);
				only.kill();
			}
			relay.cut();
			for (int i = 0; i < 2; i++) {
				// The second leader has only the first one's word.
				try (TickTockProcess blind = TickTockProcess.start(arguments(relay.port(), exchange))) {
					blind.awaitLog("Became leader");
					blind.awaitLog("are unknown until the bindings of exchange");
					blind.kill();
				}
			}
			int before = recorder.receipts().size();
			relay.open();
			try (TickTockProcess last = TickTockProcess.start(arguments(relay.port(), exchange))) {
				last.awaitLog("Became leader");
				recorder.await(before + 10, PATIENCE);
			}
			Recorder.assertGapless(recorder.receipts(), Duration.ofSeconds(2));
		}
	}

}
