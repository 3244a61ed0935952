package dev.ticktock.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import org.jspecify.annotations.Nullable;

/**
 * A tick that a queue has given to its dead-letter exchange. Anybody may publish to that
 * exchange, so nothing here is certain: it only has the form of such a tick.
 *
 * @param event the event of the tick
 * @param slot the slot of the tick
 * @param queue the queue that gave it away last
 * @param reason why
 * @param at when, by the broker's clock; {@code null} if it does not say
 * @param id what tells it from others: the same message of the same queue has the same
 */
public record DeadLetter(String event, Instant slot, String queue, MissedReason reason, @Nullable Instant at, long id) {

	private static final String DEATHS = "x-death";

	/** The longest name of a queue and of an event. */
	private static final int LONGEST = 255;

	/** What the history keeps of an instant: 32 bits. */
	private static final Instant LATEST = Instant.ofEpochSecond(0xFFFF_FFFFL);

	/**
	 * Reads a message.
	 * @return {@code null} if it is no tick, or no queue has given it away
	 */
	public static @Nullable DeadLetter read(AMQP.BasicProperties properties) {
		Map<String, Object> headers = properties.getHeaders();
		if (headers == null || !TickMessage.APP_ID.equals(properties.getAppId())
				|| !TickMessage.TYPE.equals(properties.getType())) {
			return null;
		}
		String event = text(headers.get(TickMessage.EVENT_HEADER));
		JournalRecord.Tick tick = (event != null) ? TickMessage.read(event, properties, new byte[0]) : null;
		// The first is that of the queue that had it last.
		Map<?, ?> death = (headers.get(DEATHS) instanceof List<?> deaths && !deaths.isEmpty()
				&& deaths.get(0) instanceof Map<?, ?> first) ? first : Map.of();
		String queue = text(death.get("queue"));
		String word = text(death.get("reason"));
		MissedReason reason = (word != null) ? MissedReason.of(word) : null;
		if (event == null || tick == null || queue == null || reason == null || !fits(tick.slot())) {
			return null;
		}
		Instant at = (death.get("time") instanceof Date date && fits(date.toInstant())) ? date.toInstant() : null;
		return new DeadLetter(event, tick.slot(), queue, reason, at,
				id(String.valueOf(properties.getMessageId()), queue, String.valueOf(properties.getCorrelationId())));
	}

	private static boolean fits(Instant instant) {
		return instant.isAfter(Instant.EPOCH) && instant.isBefore(LATEST);
	}

	/** The client has texts of its own kind in tables. */
	private static @Nullable String text(@Nullable Object value) {
		String text = (value != null) ? value.toString() : "";
		return (!text.isEmpty() && text.length() <= LONGEST) ? text : null;
	}

	private static long id(String messageId, String queue, String correlationId) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			String all = messageId + '\0' + queue + '\0' + correlationId;
			return ByteBuffer.wrap(digest.digest(all.getBytes(StandardCharsets.UTF_8))).getLong();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

}
