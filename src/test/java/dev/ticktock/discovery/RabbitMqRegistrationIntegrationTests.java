package dev.ticktock.discovery;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that register their schedules with a RabbitMQ that has the management plugin.
 */
@RequiresRabbitMq(privateNode = true)
class RabbitMqRegistrationIntegrationTests extends AbstractRegistrationContract {

	private static final Map<String, Object> EVERY_TWO_SECONDS = Map.of("cron", "*/2 * * * * *", "validity", "5m");

	private static final String EVENT = "job.often";

	private final RabbitMqNode node = new RabbitMqNode();

	@BeforeAll
	@Override
	void start() throws Exception {
		this.node.start();
		super.start();
	}

	@AfterAll
	@Override
	void stop() {
		super.stop();
		this.node.close();
	}

	@Override
	int port() {
		return this.node.port();
	}

	@Override
	List<String> arguments() {
		return arguments(this.node.managementPort());
	}

	private List<String> arguments(int managementPort) {
		return List.of("--spring.rabbitmq.port=" + this.node.port(),
				"--ticktock.discovery.management-url=http://localhost:" + managementPort);
	}

	private List<String> arguments(int managementPort, String exchange) {
		List<String> arguments = new ArrayList<>(arguments(managementPort));
		arguments.add("--ticktock.scheduler.exchange=" + exchange);
		arguments.add("--server.port=0");
		return arguments;
	}

	/** Declares the exchange and a queue that is bound to it, and records. */
	private static Recorder register(Connection connection, String exchange) throws IOException {
		String queue = exchange + ".queue";
		Channel channel = connection.createChannel();
		channel.exchangeDeclare(exchange, "topic", true);
		channel.queueDeclare(queue, true, false, false, null);
		channel.queueBind(queue, exchange, EVENT, EVERY_TWO_SECONDS);
		return new Recorder(connection, queue);
	}

	private static List<Instant> slots(Recorder recorder) {
		return recorder.receipts().stream().map(Recorder.Receipt::slot).toList();
	}

	/** No slot of two seconds is missing, and none is doubled. */
	private static void assertGapless(List<Instant> slots) {
		assertThat(slots).isNotEmpty();
		for (int i = 0; i < slots.size(); i++) {
			assertThat(slots.get(i)).isEqualTo(slots.get(0).plusSeconds(2L * i));
		}
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
			first.awaitLog("Publishing to exchange");
			Recorder recorder = register(connection, exchange);
			recorder.await(2, PATIENCE);
			try (TickTockProcess second = TickTockProcess.start(arguments(relay.port(), exchange),
					"--ticktock.replica=second")) {
				second.awaitLog("Standing by");
				second.awaitLog("are unknown until the bindings of exchange");
				first.kill();
				second.awaitLog("Became leader");
				int before = recorder.receipts().size();
				Instant until = Instant.now().plusSeconds(6);
				Awaitility.await().atMost(PATIENCE).until(() -> Instant.now().isAfter(until));
				assertThat(recorder.receipts()).hasSize(before);
				relay.open();
				recorder.await(before + 5, PATIENCE);
				second.awaitLog("can be read again");
			}
			assertGapless(slots(recorder));
		}
	}

	@Test
	void everyLeaderGoesOnWithARegisteredSchedule() throws Exception {
		String exchange = Names.unique("test.leaders");
		List<String> arguments = arguments(this.node.managementPort(), exchange);
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			Recorder recorder = register(connection, exchange);
			TickTockProcess leader = TickTockProcess.start(arguments);
			leader.awaitLog("Publishing to exchange");
			for (int i = 0; i < 3; i++) {
				int before = recorder.receipts().size();
				recorder.await(before + 2, PATIENCE);
				TickTockProcess next = TickTockProcess.start(arguments);
				next.awaitLog("Standing by");
				leader.kill();
				next.awaitLog("Publishing to exchange");
				leader = next;
			}
			recorder.await(recorder.receipts().size() + 2, PATIENCE);
			leader.close();
			assertGapless(slots(recorder));
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
					blind.awaitLog("Publishing to exchange");
					blind.awaitLog("are unknown until the bindings of exchange");
					blind.kill();
				}
			}
			int before = recorder.receipts().size();
			relay.open();
			try (TickTockProcess last = TickTockProcess.start(arguments(relay.port(), exchange))) {
				last.awaitLog("Publishing to exchange");
				recorder.await(before + 10, PATIENCE);
			}
			assertGapless(slots(recorder));
		}
	}

	@Test
	void whatIsKnownStaysWhileTheManagementApiIsAway() throws Exception {
		String exchange = Names.unique("test.away");
		try (Connection connection = this.node.connectionFactory().newConnection();
				Relay relay = new Relay(this.node.managementPort()).open();
				TickTockProcess tickTock = TickTockProcess.start(arguments(relay.port(), exchange),
						"--ticktock.discovery.interval=500ms")) {
			Recorder recorder = register(connection, exchange);
			recorder.await(1, PATIENCE);
			relay.cut();
			tickTock.awaitLog("The 1 schedules registered by workers stay in force until the bindings");
			recorder.await(recorder.receipts().size() + 3, PATIENCE);
			assertThat(tickTock.countLogged("registered stay until")).isOne();
			assertThat(tickTock.actuator("health")).contains("\"status\":\"UP\"");
			relay.open();
			tickTock.awaitLog("can be read again");
			recorder.await(recorder.receipts().size() + 1, PATIENCE);
			assertGapless(slots(recorder));
		}
	}

	/** As docs/operations.md tells an operator to make them. */
	@Test
	void accountsThatMayDoNoMoreThanTheyMust() throws Exception {
		this.node.ctl("add_user", "ticktock", "secret");
		this.node.ctl("set_user_tags", "ticktock", "management");
		this.node.ctl("set_permissions", "-p", "/", "ticktock", "^cron\\.schedule(\\..*)?$",
				"^(cron\\.schedule(\\..*)?|amq\\.default)$", "^cron\\.schedule(\\..*)?$");
		this.node.ctl("add_user", "report", "secret");
		this.node.ctl("set_permissions", "-p", "/", "report", "^report$", "^report$", "^(report|cron\\.schedule)$");
		List<String> arguments = new ArrayList<>(arguments(this.node.managementPort(), "cron.schedule"));
		arguments.addAll(List.of("--spring.rabbitmq.username=ticktock", "--spring.rabbitmq.password=secret"));
		ConnectionFactory factory = this.node.connectionFactory();
		factory.setUsername("report");
		factory.setPassword("secret");
		try (TickTockProcess tickTock = TickTockProcess.start(arguments);
				Connection connection = factory.newConnection("report")) {
			tickTock.awaitLog("Publishing to exchange");
			Channel channel = connection.createChannel();
			channel.queueDeclare("report", true, false, false, null);
			channel.queueBind("report", "cron.schedule", EVENT, EVERY_TWO_SECONDS);
			new Recorder(connection, "report").await(2, PATIENCE);
			this.node.ctl("set_user_tags", "ticktock");
			tickTock.awaitLog("refuses user \"ticktock\" (status 401)");
			assertThat(tickTock.logged("rabbitmqctl set_user_tags \"ticktock\" management")).isTrue();
			assertThat(tickTock.isAlive()).isTrue();
		}
	}

	@Test
	void anAccountForTheManagementApiNeedsNoPermissionToTouchAnything() throws Exception {
		this.node.ctl("add_user", "lister", "secret");
		this.node.ctl("set_user_tags", "lister", "management");
		this.node.ctl("set_permissions", "-p", "/", "lister", "", "", "");
		String exchange = Names.unique("test.lister");
		List<String> arguments = new ArrayList<>(arguments(this.node.managementPort(), exchange));
		arguments.addAll(List.of("--ticktock.discovery.username=lister", "--ticktock.discovery.password=secret"));
		try (Connection connection = this.node.connectionFactory().newConnection();
				TickTockProcess tickTock = TickTockProcess.start(arguments)) {
			tickTock.awaitLog("Publishing to exchange");
			register(connection, exchange).await(1, PATIENCE);
		}
	}

	@Test
	void bindingsThatDisagreeAreToldOnceAndTheScheduleThatHeldGoesOn() throws Exception {
		String exchange = Names.unique("test.conflict");
		List<String> arguments = new ArrayList<>(arguments(this.node.managementPort(), exchange));
		arguments.add("--ticktock.discovery.interval=300ms");
		try (Connection connection = this.node.connectionFactory().newConnection();
				TickTockProcess tickTock = TickTockProcess.start(arguments)) {
			Recorder recorder = register(connection, exchange);
			recorder.await(1, PATIENCE);
			connection.createChannel().queueBind(exchange + ".queue", exchange, EVENT, Map.of("cron", "@yearly"));
			tickTock.awaitLog("registers nothing: it asks for \"@yearly\" (");
			recorder.await(recorder.receipts().size() + 2, PATIENCE);
			assertThat(tickTock.countLogged("it asks for \"@yearly\"")).isOne();
			// Another replica, which has not seen which of the two was first.
			try (TickTockProcess second = TickTockProcess.start(arguments)) {
				second.awaitLog("Standing by");
				second.awaitLog("it asks for \"@yearly\"");
				tickTock.kill();
				recorder.await(recorder.receipts().size() + 3, PATIENCE);
			}
			assertGapless(slots(recorder));
		}
	}

	@Test
	void withoutDiscoveryBindingsAreNotRead() {
		List<String> arguments = new ArrayList<>(arguments(1, Names.unique("test.off")));
		arguments.add("--ticktock.discovery.enabled=false");
		try (TickTockProcess tickTock = TickTockProcess.start(arguments)) {
			tickTock.awaitLog("Publishing to exchange");
			Instant until = Instant.now().plus(Duration.ofSeconds(2));
			Awaitility.await().until(() -> Instant.now().isAfter(until));
			assertThat(tickTock.logged("bindings")).isFalse();
		}
	}

}
