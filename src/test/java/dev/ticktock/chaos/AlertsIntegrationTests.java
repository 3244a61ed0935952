package dev.ticktock.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.sun.net.httpserver.HttpServer;
import dev.ticktock.documents.Monitoring;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Patience;
import dev.ticktock.support.Prometheus;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The alert rules in a Prometheus that reads a TickTock, with a second in the place of
 * each minute. What is hard to bring about is said by a second target, which is no
 * TickTock. Troubles that can go together come together.
 */
@RequiresRabbitMq(privateNode = true)
@TestInstance(Lifecycle.PER_CLASS)
class AlertsIntegrationTests {

	private static final int MOST_BINDINGS = 8;

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final Relay broker = new Relay(this.node.port());

	private final Relay management = new Relay(this.node.managementPort());

	private final int port = FreePort.find();

	private final Set<String> fired = new TreeSet<>();

	private TestTopology topology;

	private Channel channel;

	private HttpServer stub;

	private Prometheus prometheus;

	private ConfigurableApplicationContext app;

	/** What the second target says. */
	private volatile String said = "";

	@BeforeAll
	void start(@TempDir Path folder) throws Exception {
		this.topology = new TestTopology(this.node.connectionFactory());
		this.channel = this.topology.connection().createChannel();
		this.broker.open();
		this.management.open();
		this.stub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.stub.createContext("/actuator/prometheus", (exchange) -> {
			byte[] text = this.said.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
			exchange.sendResponseHeaders(200, (text.length > 0) ? text.length : -1);
			try (var body = exchange.getResponseBody()) {
				body.write(text);
			}
		});
		this.stub.start();
		startTickTock();
		this.prometheus = new Prometheus(folder, Monitoring.rulesInSeconds(),
				List.of("127.0.0.1:" + this.port, "127.0.0.1:" + this.stub.getAddress().getPort()));
	}

	private void startTickTock() {
		this.app = TickTockApp.start(List.of("--spring.rabbitmq.host=127.0.0.1",
				"--spring.rabbitmq.port=" + this.broker.port(),
				"--ticktock.discovery.management-url=http://127.0.0.1:" + this.management.port(),
				"--ticktock.discovery.interval=1s", "--ticktock.discovery.max-bindings=" + MOST_BINDINGS,
				"--ticktock.scheduler.exchange=" + this.topology.exchange(),
				"--ticktock.scheduler.cron.a.job=* * * * * *", "--ticktock.scheduler.cron.late.job.cron=* * * * * *",
				"--ticktock.scheduler.cron.late.job.validity=1m", "--management.server.port=" + this.port));
	}

	@AfterAll
	void stop() throws IOException {
		this.prometheus.close();
		this.app.close();
		this.stub.stop(0);
		this.broker.close();
		this.management.close();
		this.topology.close();
	}

	@Test
	void eachAlertFiresAndIsResolved() throws Throwable {
		awaitThat("all is well and no alert fires", () -> assertThat(this.prometheus.alerts()).hasSizeGreaterThan(15)
			.allSatisfy((alert, state) -> assertThat(state).as(alert).isEqualTo("inactive")));
		bring(() -> this.app.close(), "TickTockTargetGone");
		startTickTock();
		bring(this::cutOff, "TickTockNobodyLeads", "TickTockNothingPublished", "TickTockJournalNotRead",
				"TickTockBindingsUnreadable");
		bring(this::reconnect, "TickTockTicksLate", "TickTockSlotsSkipped");
		bring(this::harm, "TickTockTwoLeaders", "TickTockTicksMissed", "TickTockNoSuccess", "TickTockTicksRefused",
				"TickTockRegistrationsRefused", "TickTockBindingsUnmatched", "TickTockBindingsLeftOut",
				"TickTockClockOff", "TickTockRecordsAhead", "TickTockRecordsDistrusted", "TickTockLeaderChangesOften");
		mend();
		assertThat(this.fired).containsExactlyInAnyOrderElementsOf(Monitoring.alerts());
		awaitInactive(this.fired);
	}

	/** Brings alerts about, and waits until each has fired. */
	private void bring(Executable cause, String... alerts) throws Throwable {
		Set<String> expected = new TreeSet<>(List.of(alerts));
		awaitInactive(expected);
		cause.execute();
		this.fired.addAll(expected);
		awaitThat("alerts fire", () -> {
			expected.removeIf(this::isFiring);
			assertThat(expected).as("alerts that do not fire").isEmpty();
		});
	}

	/** Those with a comparison show only what is wrong. */
	@Test
	void eachQueryOfTheDashboardHasAnAnswer() {
		assertThat(Monitoring.queries()).hasSizeGreaterThan(20)
			.allSatisfy((query) -> awaitThat(query, () -> assertThat(this.prometheus.query(query).isEmpty()).as(query)
				.isEqualTo(query.endsWith(" > 0") || query.startsWith("ALERTS"))));
	}

	private static void awaitThat(String what, Runnable assertion) {
		Patience.await(what).ignoreExceptions().untilAsserted(assertion::run);
	}

	private void awaitInactive(Set<String> alerts) {
		awaitThat("alerts are resolved",
				() -> assertThat(this.prometheus.alerts()).extractingByKeys(alerts.toArray(String[]::new))
					.containsOnly("inactive"));
	}

	private boolean isFiring(String alert) {
		if (!"firing".equals(this.prometheus.alerts().get(alert))) {
			return false;
		}
		assertThat(this.prometheus.annotations(alert).toString()).as(alert).doesNotContain("<error", "<no value>");
		return true;
	}

	private void cutOff() {
		this.broker.cut();
		this.management.cut();
	}

	private void reconnect() {
		this.broker.open();
		this.management.open();
	}

	private void harm() throws Exception {
		endTerms();
		forge();
		bindAFullQueue();
		bindTooMuch();
		this.said = """
				ticktock_leader 1
				ticktock_ticks_missed_total{event="a.job",queue="report",reason="expired"} 1
				ticktock_ticks_unsuccessful{event="a.job"} 3
				ticktock_clock_offset_seconds 7
				ticktock_journal_ahead_total 1
				""";
	}

	private void mend() throws IOException {
		this.said = "";
		this.channel.queueDelete(queue("full"));
		this.channel.queueDelete(queue("worker"));
	}

	private String queue(String name) {
		return this.topology.exchange() + "." + name;
	}

	private void bindAFullQueue() throws Exception {
		String queue = queue("full");
		this.channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
		this.channel.confirmSelect();
		this.channel.basicPublish("", queue, null, new byte[0]);
		this.channel.waitForConfirms();
		this.channel.queueBind(queue, this.topology.exchange(), "a.job");
	}

	/** Some of those that are read are refused, and some are for no schedule. */
	private void bindTooMuch() throws IOException {
		String queue = queue("worker");
		this.channel.queueDeclare(queue, true, false, false, null);
		for (int i = 0; i < MOST_BINDINGS; i++) {
			this.channel.queueBind(queue, this.topology.exchange(), "job." + i + ".unmatched");
			this.channel.queueBind(queue, this.topology.exchange(), "job." + i + ".refused",
					Map.of("cron", "whenever"));
		}
	}

	private void forge() throws IOException {
		this.channel.basicPublish("", this.topology.exchange() + ".journal",
				new AMQP.BasicProperties.Builder().appId("ticktock").type("marker").build(), new byte[0]);
	}

	private void endTerms() throws IOException {
		for (int i = 0; i < 5; i++) {
			double before = terms();
			this.channel.queueDelete(this.topology.exchange() + ".leader");
			Patience.await("another term").until(() -> terms() > before);
		}
	}

	private double terms() {
		return this.app.getBean(MeterRegistry.class).get("ticktock.leader.terms").counter().count();
	}

}
