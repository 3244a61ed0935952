package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link HistoryReading}, with a real stream.
 */
@RequiresRabbitMq
class HistoryReadingIntegrationTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final int TICKS = 5000;

	private final String exchange = Names.unique("past.exchange");

	private final Topology topology = new Topology(this.exchange, this.exchange + ".leader",
			this.exchange + ".journal");

	private final Trust trust = new Trust(RabbitMq.get().username(), List.of());

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(2 * TICKS));

	private final Uptime uptime = Uptime.ofProcess();

	private final AtomicReference<Connection> opened = new AtomicReference<>();

	/** It loses its connection in the middle. */
	@Test
	void whatLiesBeforeTheFirstRecordIsReadOnceInItsOrderAlsoAfterADisconnection() throws Exception {
		RecordedHistory past = new RecordedHistory() {

			@Override
			public void take(JournalRecord record, Instant at) {
				super.take(record, at);
				if (heard().size() == 1000) {
					Connection reading = Objects.requireNonNull(HistoryReadingIntegrationTests.this.opened.get());
					// Not by this thread, which would wait for itself.
					new Thread(reading::abort).start();
				}
			}

		};
		try (Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare(this.topology.journal(), true, false, false, Map.of("x-queue-type", "stream"));
			channel.exchangeDeclare(this.topology.out(), "fanout");
			channel.queueBind(this.topology.journal(), this.topology.out(), "");
			publish(channel);
			HistoryReading reading = reading(past);
			reading.start();
			Awaitility.await().atMost(PATIENCE).until(() -> past.heard().contains("complete"));
			reading.stop();
			assertThat(past.heard()).hasSize(TICKS + 1)
				.doesNotHaveDuplicates()
				.startsWith("job@2026-03-01T10:15:00Z after PT2S by leader",
						"job@2026-03-01T10:15:01Z after PT2S by leader")
				.endsWith("job@%s after PT2S by leader".formatted(SLOT.plusSeconds(TICKS - 1)), "complete");
			channel.queueDelete(this.topology.journal());
			channel.exchangeDelete(this.topology.out());
		}
	}

	private HistoryReading reading(JournalRecords listener) throws IOException, TimeoutException {
		Journal journal = mock();
		given(journal.isEnabled()).willReturn(true);
		given(journal.state()).willReturn(JournalState.ATTACHED);
		given(journal.queue()).willReturn(this.topology.journal());
		given(journal.maxAge()).willReturn(Duration.ofDays(7));
		Position recent = new Position(Position.NEAR, Duration.ofDays(7), this.uptime);
		recent.read(new AMQP.BasicProperties.Builder().headers(Map.of("x-stream-offset", (long) TICKS)).build());
		given(journal.position()).willReturn(recent);
		ConnectionFactory factory = new ConnectionFactory() {

			@Override
			public Connection newConnection(List<Address> addresses, String name) throws IOException, TimeoutException {
				Connection connection = super.newConnection(addresses, name);
				HistoryReadingIntegrationTests.this.opened.set(connection);
				return connection;
			}

		};
		factory.setUsername(RabbitMq.get().username());
		factory.setPassword(RabbitMq.get().password());
		return new HistoryReading(
				new BrokerConnector(factory, List.of(new Address(RabbitMq.get().host(), RabbitMq.get().port())), false,
						"me", Uptime.ofProcess()),
				journal, List.of(listener), new JournalDecoder(this.topology, this.trust),
				new ClockTolerance(this.clock, Duration.ofMinutes(5)), this.uptime, new Hearts(this.uptime));
	}

	/** More than the reading is to read. */
	private void publish(Channel channel) throws Exception {
		channel.confirmSelect();
		SettableClock published = new SettableClock(SLOT);
		TickMessage message = new TickMessage(published, "leader", Dialect.RABBITMQ);
		for (int i = 0; i < TICKS + 100; i++) {
			Instant slot = SLOT.plusSeconds(i);
			published.set(slot.plusSeconds(2));
			Tick tick = new Tick("job", slot, null, null, slot.plusSeconds(60), null);
			channel.basicPublish(this.topology.out(), "job", message.properties(tick), message.body(tick));
		}
		channel.waitForConfirmsOrDie(PATIENCE.toMillis());
	}

}
