package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.Marker;
import dev.ticktock.message.Seal;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HistoryReader} with the stream of a real broker.
 */
@RequiresRabbitMq
class HistoryReaderIntegrationTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Seal SEAL = Seal.fresh();

	private final String queue = Names.unique("look.back");

	private final String exchange = Names.unique("look.back.exchange");

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(100_000));

	private final Trust trust = Trust.of(RabbitMq.get().username(), List.of());

	private final RecordedHistory history = new RecordedHistory();

	@Test
	void aStretchIsReadToItsEndAndAfterADisconnectionFromWhereItWas() throws Exception {
		try (Connection connection = RabbitMq.get().connect()) {
			Channel channel = connection.createChannel();
			channel.queueDeclare(this.queue, true, false, false, Map.of("x-queue-type", "stream"));
			channel.exchangeDeclare(this.exchange, "topic");
			channel.queueBind(this.queue, this.exchange, "#");
			publish(channel, 4000);
			HistoryReader reader = new HistoryReader(this.queue, 3001, this.trust,
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
			channel.exchangeDelete(this.exchange);
		}
	}

	private void publish(Channel channel, int ticks) throws Exception {
		channel.confirmSelect();
		channel.basicPublish("", this.queue, Marker.properties("id", this.trust, SEAL), new byte[0]);
		for (int i = 0; i < ticks; i++) {
			Instant slot = SLOT.plusSeconds(i);
			TickMessage message = new TickMessage(new SettableClock(slot.plusSeconds(2)), "leader", Dialect.RABBITMQ,
					SEAL);
			Tick tick = new Tick("job", slot, null, null, slot.plusSeconds(60));
			channel.basicPublish(this.exchange, "job", message.properties(tick), message.body(tick));
		}
		channel.waitForConfirmsOrDie(PATIENCE.toMillis());
	}

}
