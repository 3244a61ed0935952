package dev.ticktock.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.documents.Document;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.RequiresRabbitMq;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Accounts with the permissions that {@code docs/security.md} gives them by its own
 * commands, and what TickTock says for want of one.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class AccountsIntegrationTests {

	private static final String PASSWORD = "PASSWORD";

	private static final Pattern COMMAND = Pattern.compile("rabbitmqctl (set_\\w+ .*?)(?:\\.? TickTock|\\.$|, and|$)");

	private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("account");

	private final String user = Names.unique("someone");

	/** Returns the commands of the document for an account, in their order. */
	private static List<List<String>> documented(String account) {
		List<List<String>> commands = Document.of("docs/security.md")
			.commands("rabbitmqctl")
			.stream()
			.filter((words) -> words.contains(account) && !words.get(0).startsWith("clear_"))
			.toList();
		assertThat(commands.get(0)).containsExactly("add_user", account, PASSWORD);
		return commands;
	}

	private void run(List<String> command) {
		this.node.ctl(command.toArray(String[]::new));
	}

	private List<String> as(String user, String... more) {
		return Stream.concat(
				Stream.of("--spring.rabbitmq.port=" + this.node.port(), "--spring.rabbitmq.username=" + user,
						"--spring.rabbitmq.password=" + PASSWORD,
						"--ticktock.discovery.management-url=http://localhost:" + this.node.managementPort()),
				Stream.of(more))
			.toList();
	}

	private Connection connect(String user) throws Exception {
		ConnectionFactory factory = this.node.connectionFactory();
		factory.setUsername(user);
		factory.setPassword(PASSWORD);
		return factory.newConnection(user);
	}

	@Test
	void theDocumentedCommandsAreAllThatTickTockAndItsWorkersNeed(CapturedOutput output) throws Exception {
		List<List<String>> report = documented("report");
		assertThat(report).hasSize(4);
		documented("ticktock").forEach(this::run);
		run(report.get(0));
		run(report.get(1));
		try (Replica tickTock = Replica.start(output, as("ticktock"))) {
			tickTock.awaitTicks();
			try (Connection connection = connect("report")) {
				Channel channel = connection.createChannel();
				channel.queueDeclare("report", true, false, false, null);
				channel.queueBind("report", "cron.schedule", "each.second");
				channel.queueBind("report", "cron.schedule", "report.hourly", Map.of("cron", "@hourly"));
				new Recorder(connection, "report").await(1, PATIENCE);
				tickTock.awaitLog("Workers have registered report.hourly");
				channel.queueDelete("report");
			}
			assertRefused((channel) -> channel.exchangeDeclare("cron.schedule", "topic", true));
			assertRefused((channel) -> channel.queueDelete("cron.schedule.leader"));
			assertRefused((channel) -> channel.basicGet("cron.schedule.leader", false));
			assertRefused((channel) -> channel.queuePurge("cron.schedule.leader"));
			assertRefused((channel) -> channel.queueDeclare("report", true, false, false,
					Map.of("x-dead-letter-exchange", "cron.schedule.missed")));
			assertRefused((channel) -> channel.exchangeBind("cron.schedule.out", "cron.schedule", "#"));
			assertRefused((channel) -> channel.queueDeclare("report", true, false, false,
					Map.of("x-dead-letter-exchange", "cron.schedule.out")));
			run(report.get(2));
			try (Connection connection = connect("report")) {
				connection.createChannel().exchangeDeclare("cron.schedule", "topic", true);
			}
			run(report.get(3));
			try (Connection connection = connect("report")) {
				Channel channel = connection.createChannel();
				channel.queueDeclare("report", true, false, false,
						Map.of("x-dead-letter-exchange", "cron.schedule.missed"));
				channel.queueBind("report", "cron.schedule", "each.second");
				Awaitility.await("a missed tick")
					.atMost(PATIENCE)
					.until(() -> tickTock.count("ticktock.ticks.missed") > 0);
			}
		}
	}

	@Test
	void theDocumentedListerMayReadTheBindingsAndNoMore(CapturedOutput output) throws Exception {
		documented("lister").forEach(this::run);
		this.node.ctl("add_user", this.user, PASSWORD);
		this.node.ctl("set_permissions", this.user, ".*", ".*", ".*");
		try (Replica tickTock = Replica.start(output,
				as(this.user, "--ticktock.discovery.username=lister", "--ticktock.discovery.password=" + PASSWORD,
						"--ticktock.scheduler.exchange=" + this.exchange));
				Connection connection = this.node.connectionFactory().newConnection()) {
			tickTock.awaitTicks();
			Channel channel = connection.createChannel();
			String queue = channel.queueDeclare().getQueue();
			channel.queueBind(queue, this.exchange, "listed", Map.of("cron", "@hourly"));
			tickTock.awaitLog("Workers have registered listed");
		}
		try (Connection connection = connect("lister")) {
			assertThatIOException().isThrownBy(() -> connection.createChannel().queueDeclare());
		}
	}

	private void assertRefused(Action action) throws Exception {
		try (Connection connection = connect("report")) {
			Channel channel = connection.createChannel();
			assertThatIOException().isThrownBy(() -> action.on(channel))
				.havingRootCause()
				.withMessageContaining("ACCESS_REFUSED");
		}
	}

	/** The remedy in the message is a command, and the test follows it. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			configure | ''  | .*  | .*
			write     | .*  | ''  | .*
			read      | .*  | .*  | ''
			""")
	void withoutAPermissionTheStartEndsAndSaysWhichCommandGrantsIt(String missing, String configure, String write,
			String read, CapturedOutput output) throws Exception {
		this.node.ctl("add_user", this.user, PASSWORD);
		this.node.ctl("set_permissions", this.user, configure, write, read);
		List<String> arguments = as(this.user, "--ticktock.scheduler.exchange=" + this.exchange,
				"--ticktock.discovery.enabled=false");
		String refusal = Replica.refusal(output, arguments);
		assertThat(refusal).as(missing)
			.contains("user \"" + this.user + "\" lacks a permission (ACCESS_REFUSED")
			.contains("Grant it configure, write and read permission");
		follow(refusal);
		try (Replica tickTock = Replica.start(output, arguments)) {
			tickTock.awaitTicks();
		}
	}

	private void follow(String message) {
		List<String> command = new ArrayList<>();
		var found = COMMAND.matcher(message);
		assertThat(found.find()).as(message).isTrue();
		WORD.matcher(found.group(1))
			.results()
			.forEach((word) -> command.add(Stream.of(word.group(1), word.group(2), word.group(3))
				.filter((group) -> group != null)
				.findFirst()
				.orElseThrow()));
		run(command);
	}

	@Test
	void withoutPermissionForTheDefaultExchangeAnErrorSaysWhichCommandGrantsIt(CapturedOutput output) throws Exception {
		this.node.ctl("add_user", this.user, PASSWORD);
		this.node.ctl("set_permissions", this.user, ".*", "^account.*$", ".*");
		try (Replica tickTock = Replica.start(output, as(this.user, "--ticktock.scheduler.exchange=" + this.exchange,
				"--ticktock.discovery.enabled=false"))) {
			tickTock.awaitLog("ERROR", "user \"" + this.user + "\" lacks a permission (ACCESS_REFUSED",
					"and write permission on the default exchange: rabbitmqctl set_permissions");
			follow(tickTock.log()
				.lines()
				.filter((line) -> line.contains("lacks a permission") && line.contains("TickTock keeps"))
				.findFirst()
				.orElseThrow());
			tickTock.awaitTicks();
		}
	}

	@Test
	void aVirtualHostThatDoesNotExistEndsTheStart(CapturedOutput output) {
		this.node.ctl("add_user", this.user, PASSWORD);
		assertThat(Replica.refusal(output, as(this.user, "--spring.rabbitmq.virtual-host=nowhere")))
			.contains("refuses this virtual host (NOT_ALLOWED")
			.contains("rabbitmqctl add_vhost NAME, rabbitmqctl set_permissions -p NAME " + this.user);
	}

	@Test
	void aVirtualHostWithoutPermissionEndsTheStart(CapturedOutput output) {
		this.node.ctl("add_user", this.user, PASSWORD);
		assertThat(Replica.refusal(output, as(this.user))).contains("refuses this virtual host (NOT_ALLOWED");
	}

	/** The remedy is in the line of each attempt. */
	@ParameterizedTest
	@CsvSource({ "max-connections, connection limit (0) is reached", "max-queues, queue limit in vhost" })
	void aLimitOfTheVirtualHostIsWaitedFor(String limit, String reason, CapturedOutput output) {
		this.node.ctl("add_vhost", this.exchange);
		this.node.ctl("set_permissions", "-p", this.exchange, "guest", ".*", ".*", ".*");
		this.node.ctl("set_vhost_limits", "-p", this.exchange, "{\"%s\":0}".formatted(limit));
		try (Replica tickTock = Replica.start(output, List.of("--spring.rabbitmq.port=" + this.node.port(),
				"--spring.rabbitmq.virtual-host=" + this.exchange, "--ticktock.discovery.enabled=false"))) {
			tickTock.awaitLog("WARN", reason,
					"Raise the limit: rabbitmqctl set_vhost_limits -p \"%s\" '{\"%s\":NUMBER}'; retrying"
						.formatted(this.exchange, limit));
			assertThat(tickTock.log()).doesNotContain("different arguments");
			this.node.ctl("clear_vhost_limits", "-p", this.exchange);
			tickTock.awaitTicks();
		}
	}

	@Test
	void aWrongPasswordEndsTheStart(CapturedOutput output) {
		this.node.ctl("add_user", this.user, "another");
		assertThat(Replica.refusal(output, as(this.user))).contains("refuses this user or its password (ACCESS_REFUSED")
			.contains("Set spring.rabbitmq.username and spring.rabbitmq.password");
	}

	@Test
	void withoutTheTagTicksGoOnAndAWarningSaysWhichCommandGivesIt(CapturedOutput output) throws Exception {
		this.node.ctl("add_user", this.user, PASSWORD);
		this.node.ctl("set_permissions", this.user, ".*", ".*", ".*");
		List<String> arguments = as(this.user, "--ticktock.scheduler.exchange=" + this.exchange);
		String warning;
		try (Replica tickTock = Replica.start(output, arguments)) {
			tickTock.awaitLog("WARN", "refuses user \"" + this.user + "\" (status 401)",
					"rabbitmqctl set_user_tags \"" + this.user + "\" management");
			tickTock.awaitTicks();
			warning = tickTock.log().lines().filter((line) -> line.contains("set_user_tags")).findFirst().orElseThrow();
		}
		follow(warning);
		try (Replica tickTock = Replica.start(output, arguments);
				Connection connection = this.node.connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			channel.queueBind(channel.queueDeclare().getQueue(), this.exchange, "tagged", Map.of("cron", "@hourly"));
			tickTock.awaitLog("Workers have registered tagged");
		}
	}

	/** The file that makes the account of the Compose file, and that account. */
	@Test
	void theAccountOfTheComposeFileIsEnough(CapturedOutput output) throws Exception {
		try (RabbitMqNode broker = ComposeFile.broker("s3cret").start();
				Replica tickTock = Replica.start(output, ComposeFile.arguments("s3cret"),
						"--spring.rabbitmq.host=localhost", "--spring.rabbitmq.port=" + broker.port(),
						"--ticktock.discovery.management-url=http://localhost:" + broker.managementPort())) {
			tickTock.awaitTicks();
			assertThat(broker.ctl("list_users").lines().skip(1)).containsExactly("ticktock\t[management]");
			List<String> command = documented("ticktock").get(1);
			assertThat(broker.ctl("list_user_permissions", "ticktock").lines().skip(1))
				.containsExactly("/\t%1$s\t%2$s\t%2$s".formatted(command.get(4), command.get(5)));
			broker.ctl("add_user", "worker", PASSWORD);
			broker.ctl("set_permissions", "worker", ".*", ".*", ".*");
			ConnectionFactory factory = broker.connectionFactory();
			factory.setUsername("worker");
			factory.setPassword(PASSWORD);
			try (Connection connection = factory.newConnection()) {
				Channel channel = connection.createChannel();
				channel.queueBind(channel.queueDeclare().getQueue(), "cron.schedule", "composed",
						Map.of("cron", "@hourly"));
				tickTock.awaitLog("Workers have registered composed");
			}
		}
	}

	private interface Action {

		void on(Channel channel) throws IOException;

	}

}
