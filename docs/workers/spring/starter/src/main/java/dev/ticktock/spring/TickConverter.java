package dev.ticktock.spring;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;

/**
 * Reads the {@link Tick} in a message, with the JSON parser that the application has.
 */
class TickConverter implements MessageConverter {

	private final boolean wanted;

	/**
	 * Creates the converter of a job.
	 * @param wanted whether the job takes the tick; otherwise the body may be anything
	 */
	TickConverter(boolean wanted) {
		this.wanted = wanted;
	}

	@Override
	public Object fromMessage(Message message) {
		return this.wanted ? tick(message) : message.getBody();
	}

	private static Tick tick(Message message) {
		MessageProperties properties = message.getMessageProperties();
		Map<String, Object> body = body(message);
		Instant slot = instant(body, "slot");
		if (slot == null) {
			throw new MessageConversionException(
					"The body has no slot. Publish a body such as {\"slot\":\"2026-03-01T10:15:00Z\"}.");
		}
		return new Tick(event(properties), slot, instant(body, "previous"), instant(body, "next"),
				instant(body, "validUntil"), properties.getMessageId(),
				(body.get("data") instanceof String data) ? data : null);
	}

	private static Map<String, Object> body(Message message) {
		String text = new String(message.getBody(), StandardCharsets.UTF_8);
		try {
			return JsonParserFactory.getJsonParser().parseMap(text);
		}
		catch (JsonParseException ex) {
			throw new MessageConversionException("The body is not a JSON object", ex);
		}
	}

	static String event(MessageProperties properties) {
		Object header = properties.getHeader("event");
		return (header instanceof String event) ? event : String.valueOf(properties.getReceivedRoutingKey());
	}

	private static @Nullable Instant instant(Map<String, Object> body, String field) {
		Object value = body.get(field);
		// Without a library for JSON, Spring Boot reads null as a text.
		if (value == null || value.equals("null")) {
			return null;
		}
		try {
			return Instant.parse(value.toString());
		}
		catch (DateTimeParseException ex) {
			throw new MessageConversionException("The field " + field + " of the body is not an instant: " + value, ex);
		}
	}

	/**
	 * Never called: a job sends nothing.
	 */
	@Override
	public Message toMessage(Object object, MessageProperties properties) {
		throw new UnsupportedOperationException("A tick is published by TickTock");
	}

}
