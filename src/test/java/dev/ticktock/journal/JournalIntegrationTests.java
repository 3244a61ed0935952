package dev.ticktock.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Journal} with the stream of a real broker.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class JournalIntegrationTests {

	private static final String ACCOUNT = Names.unique("reader");

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("journal");

	private final Uptime uptime = Uptime.ofProcess();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Trust trust = Trust.of("guest", List.of(ACCOUNT));

	private final Topology topology = new Topology(this.exchange, this.exchange + ".leader",
			this.exchange + ".journal");

	private final Ledger ledger = new Ledger(new JournalDecoder(this.topology, this.trust),
			new ClockTolerance(Clock.systemUTC(), Duration.ofMinutes(5)), List.of(), this.meters, this.uptime);

	private Journal journal = journal(this.node.connectionFactory());

	private Journal journal(ConnectionFactory factory) {
		return new Journal(
				new BrokerConnector(factory, List.of(new Address("127.0.0.1", this.node.port())), false, "me"),
				this.topology,
				new JournalProperties(true, null, Duration.ofDays(7), DataSize.ofGigabytes(1),
						DataSize.ofMegabytes(32)),
				new MissedProperties(true), this.ledger, Trust.of(factory.getUsername(), List.of("guest")), this::self,
				this.uptime, new Hearts(this.uptime));
	}

	private ReplicaInfo self() {
		Instant now = Instant.now();
		return new ReplicaInfo("me", "run", "STANDBY", now, null, null, null, new Fingerprint("", ""), now);
	}

	@AfterEach
	void stop() throws Exception {
		this.journal.stop();
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			channel.queueDelete(this.journal.queue());
			channel.exchangeDelete(this.exchange);
		}
	}

	private void start() {
		this.journal.start((record) -> {
		});
	}

	private void awaitState(JournalState state) {
		Awaitility.await().atMost(PATIENCE).until(() -> this.journal.state() == state);
	}

	/** A declaration is refused here, and could hang on another broker. */
	@Test
	void whatIsThereIsReadAndNotDeclared(CapturedOutput output) throws Exception {
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			connection.createChannel().exchangeDeclare(this.exchange, "topic", true);
			assertThat(this.journal.declare(new BrokerConnection(connection))).isTrue();
		}
		this.node.ctl("add_user", ACCOUNT, ACCOUNT);
		this.node.ctl("set_permissions", ACCOUNT, "^$", ".*", ".*");
		ConnectionFactory factory = this.node.connectionFactory();
		factory.setUsername(ACCOUNT);
		factory.setPassword(ACCOUNT);
		this.journal = journal(factory);
		start();
		awaitState(JournalState.ATTACHED);
		assertThat(output).doesNotContain("Cannot read the journal");
	}

	/** The new stream has fewer records than the old one had. */
	@Test
	void aStreamThatWasDeletedIsDeclaredAndBoundAgain(CapturedOutput output) throws Exception {
		start();
		awaitState(JournalState.ATTACHED);
		try (Connection connection = this.node.connectionFactory().newConnection()) {
			Channel channel = connection.createChannel();
			channel.confirmSelect();
			for (int i = 0; i < 1000; i++) {
				channel.basicPublish(this.exchange, "a.job", null, new byte[0]);
			}
			publishMarker(channel);
			channel.queueDelete(this.journal.queue());
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> output.getOut().contains("the broker stopped delivering from"));
			awaitState(JournalState.ATTACHED);
			publishMarker(channel);
			assertThat(this.node.ctl("list_bindings", "source_name", "destination_name"))
				.contains(this.exchange + "\t" + this.journal.queue());
		}
	}

	private void publishMarker(Channel channel) throws Exception {
		long before = this.ledger.records();
		ControlMessage marker = ControlMessage.marker("another", null, this.trust);
		channel.basicPublish("", this.journal.queue(), marker.properties(), marker.body());
		channel.waitForConfirmsOrDie(PATIENCE.toMillis());
		Awaitility.await().atMost(PATIENCE).until(() -> this.ledger.records() > before);
	}

}
