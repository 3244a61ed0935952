package dev.ticktock.support;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;

/**
 * Messages as RabbitMQ publishes them to a dead-letter exchange.
 */
public final class DeadLetters {

	/** The seal of the ticks. */
	private DeadLetters() {
	}

	/** Returns the properties of a tick that a queue has given away. */
	public static AMQP.BasicProperties of(String event, Instant slot, String queue, String reason, Instant at) {
		return withDeaths(event, slot, List.of(death(queue, reason, at)));
	}

	/** Returns the properties of a tick with what the broker says of its deaths. */
	public static AMQP.BasicProperties withDeaths(String event, Instant slot, Object deaths) {
		Clock clock = Clock.fixed(slot, ZoneOffset.UTC);
		AMQP.BasicProperties tick = new TickMessage(clock, "leader", Dialect.RABBITMQ)
			.properties(new Tick(event, slot, null, null, slot.plusSeconds(60)));
		Map<String, Object> headers = new HashMap<>(tick.getHeaders());
		headers.put("x-death", deaths);
		headers.put("event", text(event));
		return tick.builder().headers(headers).expiration(null).build();
	}

	/** Returns what the broker says of one death. */
	public static Map<String, Object> death(String queue, String reason, Instant at) {
		Map<String, Object> death = new HashMap<>();
		death.put("queue", text(queue));
		death.put("reason", text(reason));
		death.put("time", Date.from(at));
		death.put("count", 1L);
		death.put("exchange", text("cron.schedule"));
		death.put("routing-keys", new ArrayList<>(List.of(text("any"))));
		return death;
	}

	private static LongString text(String text) {
		return LongStringHelper.asLongString(text);
	}

}
