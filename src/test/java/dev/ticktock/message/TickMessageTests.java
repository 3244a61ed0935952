package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Tick;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TickMessage}: what a reader of the journal learns from a tick.
 */
class TickMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Tick TICK = new Tick("a \"validUntil\":\"x", SLOT, null, null, SLOT.plusSeconds(30));

	@Test
	void itTellsWhenItWasPublishedToTheMillisecondAndByWhom() {
		TickMessage message = new TickMessage(new SettableClock(SLOT.plusMillis(1234)), "leader", Dialect.RABBITMQ,
				Seal.fresh());
		AMQP.BasicProperties properties = message.properties(TICK);
		assertThat(TickMessage.published(properties, message.body(TICK))).isEqualTo(SLOT.plusMillis(1234));
		assertThat(TickMessage.leader(properties)).isEqualTo("leader");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"validUntil\":", "{\"validUntil\":\"", "{\"validUntil\":\"noon\"}",
			"{\"validUntil\":null}" })
	void aBodyOfSomebodyElseTellsNothing(String body) {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().expiration("1000").build();
		assertThat(TickMessage.published(properties, body.getBytes(StandardCharsets.UTF_8))).isNull();
		assertThat(TickMessage.leader(properties)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "soon", "9223372036854775807" })
	void anExpirationOfSomebodyElseTellsNothing(String expiration) {
		byte[] body = "{\"validUntil\":\"2026-03-01T10:15:00Z\"}".getBytes(StandardCharsets.UTF_8);
		assertThat(TickMessage
			.published(new AMQP.BasicProperties.Builder().expiration(expiration).headers(Map.of()).build(), body))
			.satisfiesAnyOf((published) -> assertThat(published).isNull(),
					(published) -> assertThat(published).isBefore(SLOT));
		assertThat(TickMessage.published(new AMQP.BasicProperties(), body)).isNull();
	}

}
