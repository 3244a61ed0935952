package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.Relay;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Journal} and {@link HistoryReading} with the stream of a real broker.
 */
@RequiresRabbitMq(privateNode = true)
@ExtendWith(OutputCaptureExtension.class)
class JournalIntegrationTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final int TICKS = 5000;

	private final RabbitMqNode node = RabbitMqNode.shared();

	private final String exchange = Names.unique("past.exchange");

	private final Topology topology = new Topology(this.exchange, this.exchange + ".leader",
			this.exchange + ".journal");

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(2 * TICKS));

	private final Uptime uptime = Uptime.ofProcess();

	/**
	 * It loses its connection in the middle, and is slow to take what has been delivered.
	 */
	@Test
	void whatLiesBeforeTheFirstRecordIsReadOnceInItsOrderAlsoAfterADisconnection() throws Exception {
		try (Relay relay = new Relay(this.node.port()).open();
				Connection connection = this.node.connectionFactory().newConnection("test")) {
			List<String> heard = Collections.synchronizedList(new ArrayList<>());
			JournalListener past = new JournalListener() {

				@Override
				public void take(JournalRecord record, Instant at) {
					heard.add(String.valueOf(record.instant()));
					if (heard.size() == 100) {
						relay.reset();
					}
					if (heard.size() >= 100 && heard.size() < 1000) {
						LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
					}
				}

				@Override
				public JournalListener past() {
					return this;
				}

				@Override
				public void complete(JournalListener same, Instant since) {
					heard.add("complete");
				}

			};
			Channel channel = connection.createChannel();
			channel.queueDeclare(this.topology.journal(), true, false, false, Map.of("x-queue-type", "stream"));
			channel.exchangeDeclare(this.topology.out(), "fanout");
			channel.queueBind(this.topology.journal(), this.topology.out(), "");
			publish(channel);
			HistoryReading reading = reading(past, relay.port());
			reading.start();
			Awaitility.await().atMost(PATIENCE).until(() -> heard.contains("complete"));
			reading.stop();
			assertThat(heard).hasSize(TICKS + 1)
				.doesNotHaveDuplicates()
				.startsWith("2026-03-01T10:15:00Z", "2026-03-01T10:15:01Z")
				.endsWith(SLOT.plusSeconds(TICKS - 1).toString(), "complete");
			channel.queueDelete(this.topology.journal());
			channel.exchangeDelete(this.topology.out());
		}
	}

	private HistoryReading reading(JournalListener listener, int port) {
		Journal journal = mock();
		given(journal.isEnabled()).willReturn(true);
		given(journal.state()).willReturn(JournalState.ATTACHED);
		given(journal.queue()).willReturn(this.topology.journal());
		given(journal.maxAge()).willReturn(Duration.ofDays(7));
		Position recent = new Position(Position.NEAR, Duration.ofDays(7), this.uptime);
		recent.read(new AMQP.BasicProperties.Builder().headers(Map.of("x-stream-offset", (long) TICKS)).build());
		given(journal.position()).willReturn(recent);
		return new HistoryReading(
				new BrokerConnector(this.node.connectionFactory(), List.of(new Address("127.0.0.1", port)), false, "me",
						this.uptime),
				journal, List.of(listener), new JournalDecoder(this.topology, new Trust("guest", List.of())),
				new ClockTolerance(this.clock, Duration.ofMinutes(5)), this.uptime, new Hearts(this.uptime));
	}

	/** More than the reading is to read. */
	private void publish(Channel channel) throws Exception {
		channel.confirmSelect();
		TickMessage message = new TickMessage(this.clock, "leader", Dialect.RABBITMQ);
		for (int i = 0; i < TICKS + 100; i++) {
			Instant slot = SLOT.plusSeconds(i);
			Tick tick = new Tick("job", slot, null, null, slot.plusSeconds(60), null);
			channel.basicPublish(this.topology.out(), "job", message.properties(tick), message.body(tick));
		}
		channel.waitForConfirmsOrDie(PATIENCE.toMillis());
	}

	/** The new stream has fewer records than the old one had. */
	@Test
	void aStreamThatWasDeletedIsDeclaredBoundAndReadAgain(CapturedOutput output) throws Exception {
		try (TestTopology topology = new TestTopology(this.node.connectionFactory());
				ConfigurableApplicationContext app = TickTockApp
					.start(List.of("--spring.rabbitmq.port=" + this.node.port(), "--ticktock.discovery.enabled=false",
							"--ticktock.scheduler.exchange=" + topology.exchange(),
							"--ticktock.scheduler.cron.a.job=* * * * * *"))) {
			Journal journal = app.getBean(Journal.class);
			topology.recorder().await(1, PATIENCE);
			Channel channel = topology.connection().createChannel();
			for (int i = 0; i < 1000; i++) {
				channel.basicPublish(topology.exchange(), "a.job", null, new byte[0]);
			}
			awaitRecords(journal, 1000);
			channel.queueDelete(journal.queue());
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> output.getOut().contains("the broker stopped delivering from"));
			awaitRecords(journal, journal.ledger().records() + 3);
			Awaitility.await().atMost(PATIENCE).until(() -> journal.state() == JournalState.ATTACHED);
			Set<String> types = ConcurrentHashMap.newKeySet();
			channel.basicQos(100);
			channel.basicConsume(journal.queue(), false, Map.of("x-stream-offset", "first"), (tag, record) -> {
				types.add(record.getProperties().getType());
				channel.basicAck(record.getEnvelope().getDeliveryTag(), false);
			}, (tag) -> {
			});
			// The next leader would not know what was done.
			Awaitility.await().atMost(PATIENCE).until(() -> types.contains("checkpoint"));
		}
	}

	private static void awaitRecords(Journal journal, long records) {
		Awaitility.await(records + " records").atMost(PATIENCE).until(() -> journal.ledger().records() >= records);
	}

}
