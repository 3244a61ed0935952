package dev.ticktock.message;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Quotable;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the message in which a worker says how a job has ended, described in
 * {@code docs/asyncapi.yaml}. Its message id and correlation id are those of the tick.
 */
final class OutcomeMessage {

	static final int LARGEST_BODY = 4096;

	/** Later slots have no place in a history. */
	private static final Instant LAST = Instant.ofEpochSecond(1L << 32);

	private OutcomeMessage() {
	}

	static JournalRecord.Outcome read(String key, AMQP.BasicProperties properties, byte[] body) {
		Instant slot = slot(key, properties.getMessageId());
		try {
			if (body.length > LARGEST_BODY) {
				throw new IllegalArgumentException(
						"its body has %d bytes, and may have %d".formatted(body.length, LARGEST_BODY));
			}
			JsonNode json = JsonMapper.shared().readTree(body);
			OutcomeStatus status = status(json.path("status").asString(""));
			return new JournalRecord.Outcome(key, slot, properties.getCorrelationId(), status,
					Quotable.of(json.path("message").asString("").strip()),
					instant(json.path("startedAt").asString("")), duration(json.path("seconds").asDouble(-1)));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			String reason = (ex instanceof JacksonException) ? "its body is no JSON" : String.valueOf(ex.getMessage());
			return new JournalRecord.Outcome(key, slot, null, OutcomeStatus.REJECTED, reason, null, null);
		}
	}

	private static OutcomeStatus status(String word) {
		return switch (word) {
			case "done" -> OutcomeStatus.DONE;
			case "failed" -> OutcomeStatus.FAILED;
			default -> throw new IllegalArgumentException("its status is neither \"done\" nor \"failed\"");
		};
	}

	/** Returns the slot; {@code null} if the id is that of no tick of the event. */
	private static @Nullable Instant slot(String event, @Nullable String id) {
		Instant slot = (id != null) ? instant(id.substring(id.lastIndexOf('@') + 1)) : null;
		if (slot == null || slot.isBefore(Instant.EPOCH) || !slot.isBefore(LAST)) {
			return null;
		}
		return TickMessage.id(event, slot).equals(id) ? slot : null;
	}

	private static @Nullable Instant instant(String text) {
		try {
			return text.isEmpty() ? null : Instant.parse(text);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static @Nullable Duration duration(double seconds) {
		return (seconds >= 0) ? Duration.ofMillis(Math.round(Math.min(seconds, Integer.MAX_VALUE) * 1000)) : null;
	}

}
