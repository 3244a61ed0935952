package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HistoryReader} with the stream of a real broker.
 */
@RequiresRabbitMq
@ExtendWith(OutputCaptureExtension.class)
class HistoryReaderIntegrationTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private final String queue = Names.unique("look.back");

	private final String exchange = Names.unique("look.back.exchange");

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(100_000));

	private final JournalDecoder decoder = new JournalDecoder(new Topology(this.exchange, "leader", this.queue),
			Trust.of(RabbitMq.get().username(), List.of()));

	private final RecordedHistory history = new RecordedHistory();

	@Test
	void aStretchIsReadToItsEndAndAfterADisconnectionFromWhereItWas() throws Exception {
		try (Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare(this.queue, true, false, false, Map.of("x-queue-type", "stream"));
			channel.exchangeDeclare(this.exchange + ".out", "topic");
			channel.queueBind(this.queue, this.exchange + ".out", "#");
			publish(channel, 4000);
			HistoryReader reader = new HistoryReader(this.queue, 3000, this.decoder,
					new ClockTolerance(this.clock, Duration.ofMinutes(5)),
					new Chronicle(List.of(this.history), this.clock, new SettableUptime()),
					new HistoryReader.Budget(1_000_000, 1_000_000_000));
			Connection broken = RabbitMq.get().connect();
			reader.attach(broken.createChannel(), "test", Duration.ofHours(2));
			broken.abort();
			reader.awaitEnd(PATIENCE);
			try (Connection again = RabbitMq.get().connect()) {
				reader.attach(again.createChannel(), "test", Duration.ofHours(2));
				assertThat(reader.awaitEnd(PATIENCE)).isTrue();
			}
			assertThat(reader.isDone()).isTrue();
			assertThat(reader.first()).isZero();
			assertThat(this.history.heard()).hasSize(3000)
				.doesNotHaveDuplicates()
				.first()
				.isEqualTo("job@2026-03-01T10:15:00Z after PT2S by leader");
			channel.queueDelete(this.queue);
			channel.exchangeDelete(this.exchange + ".out");
		}
	}

	@Test
	void aMessageThatIsTooLargeIsSteppedOver(CapturedOutput output) throws Exception {
		try (Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare(this.queue, true, false, false, Map.of("x-queue-type", "stream"));
			channel.exchangeDeclare(this.exchange + ".out", "topic");
			channel.queueBind(this.queue, this.exchange + ".out", "#");
			publish(channel, 100);
			channel.basicPublish("", this.queue, null, new byte[100_000]);
			channel.basicPublish("", this.queue, null, new byte[100_000]);
			publish(channel, 100);
			HistoryReader reader = new HistoryReader(this.queue, 201, this.decoder,
					new ClockTolerance(this.clock, Duration.ofMinutes(5)),
					new Chronicle(List.of(this.history), this.clock, new SettableUptime()),
					new HistoryReader.Budget(1_000_000, 1_000_000_000));
			ConnectionFactory bounded = new ConnectionFactory();
			bounded.setHost(RabbitMq.get().host());
			bounded.setPort(RabbitMq.get().port());
			bounded.setUsername(RabbitMq.get().username());
			bounded.setPassword(RabbitMq.get().password());
			bounded.setMaxInboundMessageBodySize(100_000);
			int connections = 0;
			do {
				Connection again = bounded.newConnection();
				reader.attach(again.createChannel(), "test", Duration.ofHours(2));
				assertThat(reader.awaitEnd(PATIENCE)).isTrue();
				again.abort();
				connections++;
			}
			while (reader.stepOver());
			assertThat(connections).isEqualTo(3);
			assertThat(reader.isDone()).isTrue();
			assertThat(this.history.heard()).hasSize(199);
			assertThat(output).contains("lacks the record at offset 100 of the journal", "at offset 101 of");
			channel.queueDelete(this.queue);
			channel.exchangeDelete(this.exchange + ".out");
		}
	}

	private void publish(Channel channel, int ticks) throws Exception {
		channel.confirmSelect();
		for (int i = 0; i < ticks; i++) {
			Instant slot = SLOT.plusSeconds(i);
			TickMessage message = new TickMessage(new SettableClock(slot.plusSeconds(2)), "leader", Dialect.RABBITMQ);
			Tick tick = new Tick("job", slot, null, null, slot.plusSeconds(60));
			channel.basicPublish(this.exchange + ".out", "job", message.properties(tick), message.body(tick));
		}
		channel.waitForConfirmsOrDie(PATIENCE.toMillis());
	}

}
