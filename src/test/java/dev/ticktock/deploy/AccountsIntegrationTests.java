package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.documents.Document;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.function.ThrowingConsumer;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Accounts with the permissions that {@code docs/security.md} gives them by its own
 * commands, and the log of a TickTock that lacks one.
 */
@RequiresRabbitMq(privateNode = true)
class AccountsIntegrationTests {

	private static final String PASSWORD = "PASSWORD";

	private static final String NO_DISCOVERY = "--ticktock.discovery.enabled=false";

	private static final Pattern COMMAND = Pattern.compile("rabbitmqctl (set_\\w+ .*?)(?:\\.? TickTock|\\.$|, and|$)",
			Pattern.MULTILINE);

	private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|\\S+");

	private static final Map<String, Object> HOURLY = Map.of("cron", "@hourly");

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("account");

	private final String user = Names.unique("someone");

	/** Returns the commands of the document for an account, in their order. */
	private static List<List<String>> documented(String account) {
		List<List<String>> commands = Document.of("docs/security.md")
			.commands("rabbitmqctl", account)
			.stream()
			.filter((words) -> !words.get(0).startsWith("clear_"))
			.toList();
		assertThat(commands.get(0)).containsExactly("add_user", account, PASSWORD);
		return commands;
	}

	/** Runs the command that is the remedy in a message. */
	private void follow(String message) {
		var found = COMMAND.matcher(message);
		assertThat(found.find()).as(message).isTrue();
		this.node
			.ctl(WORD.matcher(found.group(1)).results().map((word) -> word.group().replaceAll("[\"']", "")).toList());
	}

	private void addUser(String configure, String write, String read) {
		this.node.ctl("add_user", this.user, PASSWORD);
		this.node.ctl("set_permissions", this.user, configure, write, read);
	}

	private List<String> as(String account, String... more) {
		List<String> arguments = this.node.arguments("--spring.rabbitmq.username=" + account,
				"--spring.rabbitmq.password=" + PASSWORD, "--ticktock.scheduler.exchange=" + this.exchange);
		arguments.addAll(List.of(more));
		return arguments;
	}

	private static Connection connect(RabbitMqNode node, String account) throws Exception {
		return new RabbitMq("localhost", node.port(), account, PASSWORD).connect();
	}

	/** Binds a queue that registers a schedule, and waits until TickTock has it. */
	private static void register(Connection connection, String exchange, TickTockProcess tickTock) throws IOException {
		Channel channel = connection.createChannel();
		String event = Names.unique("registered");
		channel.queueBind(channel.queueDeclare().getQueue(), exchange, event, HOURLY);
		tickTock.awaitLog("Workers have registered " + event);
	}

	@Test
	void theDocumentedCommandsAreAllThatTickTockAndItsWorkersNeed() throws Exception {
		List<List<String>> report = documented("report");
		assertThat(report).hasSize(4);
		documented("ticktock").forEach(this.node::ctl);
		this.node.ctl(report.get(0));
		this.node.ctl(report.get(1));
		try (TickTockProcess tickTock = Replica.start(as("ticktock"), "--ticktock.scheduler.exchange=cron.schedule")) {
			tickTock.awaitTicks();
			try (Connection connection = connect(this.node, "report")) {
				Channel channel = connection.createChannel();
				channel.queueDeclare("report", true, false, false, null);
				channel.queueBind("report", "cron.schedule", "each.second");
				channel.queueBind("report", "cron.schedule", "report.hourly", HOURLY);
				new Recorder(connection, "report").await(1, PATIENCE);
				tickTock.awaitLog("Workers have registered report.hourly");
				channel.queueDelete("report");
			}
			assertRefused((channel) -> channel.exchangeDeclare("cron.schedule", "topic", true));
			assertRefused((channel) -> channel.queueDelete("cron.schedule.leader"));
			assertRefused((channel) -> channel.basicGet("cron.schedule.leader", false));
			assertRefused((channel) -> channel.queuePurge("cron.schedule.leader"));
			assertRefused((channel) -> channel.exchangeBind("cron.schedule.out", "cron.schedule", "#"));
			assertRefused((channel) -> declareReport(channel, "cron.schedule.missed"));
			assertRefused((channel) -> declareReport(channel, "cron.schedule.out"));
			this.node.ctl(report.get(2));
			try (Connection connection = connect(this.node, "report")) {
				connection.createChannel().exchangeDeclare("cron.schedule", "topic", true);
			}
			this.node.ctl(report.get(3));
			try (Connection connection = connect(this.node, "report");
					Connection guest = this.node.connectionFactory().newConnection()) {
				Recorder missed = Recorder.bind(guest, "cron.schedule.missed", this.exchange, "#");
				Channel channel = connection.createChannel();
				declareReport(channel, "cron.schedule.missed");
				channel.queueBind("report", "cron.schedule", "each.second");
				missed.await(1, PATIENCE);
			}
		}
	}

	private static void declareReport(Channel channel, String deadLetterExchange) throws IOException {
		channel.queueDeclare("report", true, false, false, Map.of("x-dead-letter-exchange", deadLetterExchange));
	}

	private void assertRefused(ThrowingConsumer<Channel> action) throws Exception {
		try (Connection connection = connect(this.node, "report")) {
			Channel channel = connection.createChannel();
			assertThatIOException().isThrownBy(() -> action.acceptWithException(channel))
				.havingRootCause()
				.withMessageContaining("ACCESS_REFUSED");
		}
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', value = { "``,.*,.*", ".*,``,.*", ".*,.*,``" })
	void withoutAPermissionTheStartEndsAndSaysWhichCommandGrantsIt(String configure, String write, String read) {
		addUser(configure, write, read);
		String refusal = Replica.refusal(as(this.user, NO_DISCOVERY));
		assertThat(refusal).contains("user \"" + this.user + "\" lacks a permission (ACCESS_REFUSED")
			.contains("Grant it configure, write and read permission");
		follow(refusal);
		try (TickTockProcess tickTock = Replica.start(as(this.user, NO_DISCOVERY))) {
			tickTock.awaitTicks();
		}
	}

	@Test
	void withoutPermissionForTheDefaultExchangeAnErrorSaysWhichCommandGrantsIt() {
		addUser(".*", "^account.*$", ".*");
		try (TickTockProcess tickTock = Replica.start(as(this.user, NO_DISCOVERY))) {
			follow(tickTock.awaitLog("ERROR", "user \"" + this.user + "\" lacks a permission (ACCESS_REFUSED",
					"and write permission on the default exchange: rabbitmqctl set_permissions", "TickTock keeps"));
			tickTock.awaitTicks();
		}
	}

	/** RabbitMQ 3.10 shows no missed ticks at all. */
	@Test
	@EnabledIfSystemProperty(named = "ticktock.test.rabbitmq.version", matches = "4\\..*")
	void withoutPermissionForMissedTicksTicksGoOnAndAWarningSaysWhichCommandGrantsIt() {
		String own = this.exchange.replace(".", "\\.") + "(\\.leader|\\.journal|\\.out|\\.outcome)?";
		addUser("^" + own + "$", "^(" + own + "|amq\\.default)$", "^" + own + "$");
		try (TickTockProcess tickTock = Replica.start(as(this.user, NO_DISCOVERY))) {
			String warning = tickTock.awaitLog("WARN", "Missed ticks are not shown: ",
					this.exchange + ".missed\": user \"", "Grant it configure, write and read permission");
			tickTock.awaitTicks();
			follow(warning);
		}
		try (TickTockProcess tickTock = Replica.start(as(this.user, NO_DISCOVERY))) {
			tickTock.awaitTicks();
			assertThat(tickTock.logged("Missed ticks are not shown")).isFalse();
		}
	}

	@Test
	void withoutTheTagTicksGoOnAndAWarningSaysWhichCommandGivesIt() throws Exception {
		addUser(".*", ".*", ".*");
		try (TickTockProcess tickTock = Replica.start(as(this.user))) {
			String warning = tickTock.awaitLog("WARN", "refuses user \"" + this.user + "\" (status 401)",
					"rabbitmqctl set_user_tags \"" + this.user + "\" management");
			tickTock.awaitTicks();
			follow(warning);
		}
		try (TickTockProcess tickTock = Replica.start(as(this.user));
				Connection connection = connect(this.node, this.user)) {
			register(connection, this.exchange, tickTock);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			another  | /       | refuses this user or its password (ACCESS_REFUSED | Set spring.rabbitmq.username and
			PASSWORD | /       | refuses this virtual host (NOT_ALLOWED            | rabbitmqctl set_permissions -p
			PASSWORD | nowhere | refuses this virtual host (NOT_ALLOWED            | rabbitmqctl add_vhost NAME
			""")
	void aLoginThatIsRefusedEndsTheStart(String password, String host, String reason, String remedy) {
		this.node.ctl("add_user", this.user, password);
		assertThat(Replica.refusal(as(this.user, "--spring.rabbitmq.virtual-host=" + host))).contains(reason)
			.contains(remedy);
	}

	/** The file that makes the account of the Compose file, and that account. */
	@Test
	void theAccountOfTheComposeFileIsEnough() throws Exception {
		String configuration = Files.readString(DeployFiles.COMPOSE.resolve("rabbitmq.conf")) + "default_pass = s3cret";
		try (RabbitMqNode broker = new RabbitMqNode(configuration.lines().toArray(String[]::new)).start();
				TickTockProcess tickTock = Replica.start(DeployFiles.arguments("s3cret"),
						broker.arguments("--spring.rabbitmq.host=localhost").toArray(String[]::new))) {
			tickTock.awaitTicks();
			assertThat(broker.ctl("list_users").lines().skip(1)).containsExactly("ticktock\t[management]");
			List<String> command = documented("ticktock").get(1);
			assertThat(broker.ctl("list_user_permissions", "ticktock").lines().skip(1))
				.containsExactly("/\t%1$s\t%2$s\t%2$s".formatted(command.get(4), command.get(5)));
			broker.ctl("add_user", "worker", PASSWORD);
			broker.ctl("set_permissions", "worker", ".*", ".*", ".*");
			try (Connection connection = connect(broker, "worker")) {
				register(connection, "cron.schedule", tickTock);
			}
		}
	}

}
