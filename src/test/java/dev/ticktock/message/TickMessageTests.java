package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TickMessage}: what a reader of the journal learns from a tick.
 */
class TickMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Tick TICK = new Tick("a \"validUntil\":\"x", SLOT, null, null, SLOT.plusSeconds(30), null);

	private final TickMessage message = new TickMessage(new SettableClock(SLOT.plusMillis(1234)), "leader",
			Dialect.RABBITMQ);

	@Test
	void itTellsWhenItWasPublishedToTheMillisecondAndByWhom() {
		AMQP.BasicProperties properties = this.message.properties(TICK);
		assertThat(TickMessage.read(TICK.event(), properties, this.message.body(TICK)))
			.isEqualTo(new JournalRecord.Tick(TICK.event(), SLOT, SLOT.plusMillis(1234), "leader",
					TICK.event() + "@2026-03-01T10:15:00Z", properties.getCorrelationId()));
		assertThat(UUID.fromString(properties.getCorrelationId()).version()).isEqualTo(4);
	}

	@Test
	void itCarriesTheDataOfItsSchedule() {
		Tick tick = new Tick("a", SLOT, null, null, SLOT.plusSeconds(30),
				"{\"validUntil\":\"2026-01-01T00:00:00Z\"}\n日");
		assertThat(new String(this.message.body(tick), StandardCharsets.UTF_8)).isEqualTo(
				"{\"event\":\"a\",\"slot\":\"2026-03-01T10:15:00Z\",\"previous\":null,\"next\":null,\"data\":\"{\\\"validUntil\\\":\\\"2026-01-01T00:00:00Z\\\"}\\n日\",\"validUntil\":\"2026-03-01T10:15:30Z\"}");
		JournalRecord.Tick read = Objects
			.requireNonNull(TickMessage.read("a", this.message.properties(tick), this.message.body(tick)), "a tick");
		assertThat(read.published()).isEqualTo(SLOT.plusMillis(1234));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', emptyValue = "",
			value = { "1000|''", "1000|{}", "1000|{\"validUntil\":", "1000|{\"validUntil\":\"",
					"1000|{\"validUntil\":\"noon\"}", "1000|{\"validUntil\":null}",
					"''|{\"validUntil\":\"2026-03-01T10:15:00Z\"}", "soon|{\"validUntil\":\"2026-03-01T10:15:00Z\"}" })
	void aMessageThatSaysNoValidityLeavesOpenWhenItWasPublished(String expiration, String body) {
		assertThat(published(expiration, body)).isNull();
	}

	@Test
	void aValidityOfAgesIsNoFault() {
		assertThat(published("9223372036854775807", "{\"validUntil\":\"2026-03-01T10:15:00Z\"}")).isBefore(SLOT);
	}

	private static @Nullable Instant published(String expiration, String body) {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().expiration(expiration)
			.messageId("a@2026-03-01T10:15:00Z")
			.timestamp(Date.from(SLOT))
			.build();
		JournalRecord.Tick tick = Objects
			.requireNonNull(TickMessage.read("a", properties, body.getBytes(StandardCharsets.UTF_8)), "a tick");
		assertThat(tick.leader()).isEmpty();
		return tick.published();
	}

}
