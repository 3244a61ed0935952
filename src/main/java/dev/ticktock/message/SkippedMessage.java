package dev.ticktock.message;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts skipped slots into compressed JSON: the record of the journal that tells which
 * jobs have not run. It moves no cursor, and versions that do not know it pass it over.
 */
public final class SkippedMessage {

	public static final String TYPE = "skipped";

	private SkippedMessage() {
	}

	public static AMQP.BasicProperties properties(Trust trust) {
		return ZippedJson.properties(TYPE, trust);
	}

	/** Writes down what was skipped. */
	public static byte[] body(Skipping skipping) {
		ObjectNode root = ZippedJson.object();
		root.put("reason", skipping.reason().name().toLowerCase(Locale.ROOT));
		if (skipping.since() != null) {
			root.put("since", skipping.since().toString());
		}
		root.put("noticed", skipping.noticed().toString());
		ArrayNode events = root.putArray("events");
		for (SkippedSlots slots : skipping.slots()) {
			ObjectNode node = events.addObject();
			node.put("event", slots.event());
			node.put("first", slots.first().toString());
			node.put("last", slots.last().toString());
			node.put("slots", slots.count());
			if (slots.atLeast()) {
				node.put("atLeast", true);
			}
		}
		return ZippedJson.write(root);
	}

	/**
	 * Reads a body that {@link #body} wrote, piece by piece: what does not belong there
	 * is passed over.
	 * @throws IllegalArgumentException if it is something else, or is larger than any
	 * such record
	 */
	public static Skipping read(byte[] body) {
		try (JsonParser parser = ZippedJson.parser(body)) {
			return new Reading(parser).skipping();
		}
		catch (IOException | JacksonException | DateTimeException ex) {
			throw new IllegalArgumentException("not a record of skipped slots: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The reading of one body.
	 */
	private static final class Reading {

		private final JsonParser parser;

		private final List<SkippedSlots> slots = new ArrayList<>();

		Reading(JsonParser parser) {
			this.parser = parser;
		}

		Skipping skipping() {
			Reason reason = null;
			Instant since = null;
			Instant noticed = null;
			check(this.parser.nextToken() == JsonToken.START_OBJECT, "it is no object");
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				this.parser.nextToken();
				switch (name) {
					case "reason" -> reason = reason(text().toUpperCase(Locale.ROOT));
					case "since" -> since = Instant.parse(text());
					case "noticed" -> noticed = Instant.parse(text());
					case "events" -> readSlots();
					default -> this.parser.skipChildren();
				}
			}
			return new Skipping(present(reason, "reason"), since, present(noticed, "noticed"), this.slots);
		}

		private static Reason reason(String name) {
			return Arrays.stream(Reason.values())
				.filter((reason) -> reason.name().equals(name))
				.findFirst()
				.orElse(Reason.UNKNOWN);
		}

		private void readSlots() {
			check(this.parser.currentToken() == JsonToken.START_ARRAY, "its events are no list");
			while (this.parser.nextToken() == JsonToken.START_OBJECT) {
				this.slots.add(slotsOfAnEvent());
			}
		}

		private SkippedSlots slotsOfAnEvent() {
			String event = null;
			Instant first = null;
			Instant last = null;
			long count = 1;
			boolean atLeast = false;
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				this.parser.nextToken();
				switch (name) {
					case "event" -> event = text();
					case "first" -> first = Instant.parse(text());
					case "last" -> last = Instant.parse(text());
					case "slots" -> count = this.parser.getLongValue();
					case "atLeast" -> atLeast = this.parser.currentToken() == JsonToken.VALUE_TRUE;
					default -> this.parser.skipChildren();
				}
			}
			return new SkippedSlots(present(event, "event"), present(first, "first"), present(last, "last"), count,
					atLeast);
		}

		private String text() {
			check(this.parser.currentToken() == JsonToken.VALUE_STRING, "a text is missing");
			return this.parser.getString();
		}

		private static <T> T present(@Nullable T value, String field) {
			if (value == null) {
				throw new IllegalArgumentException("not a record of skipped slots: it has no field " + field);
			}
			return value;
		}

		private static void check(boolean condition, String problem) {
			if (!condition) {
				throw new IllegalArgumentException("not a record of skipped slots: " + problem);
			}
		}

	}

}
