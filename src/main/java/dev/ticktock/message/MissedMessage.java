package dev.ticktock.message;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts missed ticks into compressed JSON: a record of the journal. Each tick takes some
 * ten bytes of it, because each is known by its id: a leader that is killed before it has
 * acknowledged the ticks leaves them to the next one, which writes them down again.
 * Versions that do not know the record pass it over.
 */
public final class MissedMessage {

	public static final String TYPE = "missed";

	private static final String NOT_ONE = "not a record of missed ticks: ";

	private MissedMessage() {
	}

	public static AMQP.BasicProperties properties(Trust trust) {
		return ZippedJson.properties(TYPE, trust);
	}

	/** Writes down what was missed. */
	public static byte[] body(MissedTicks missed) {
		ObjectNode root = ZippedJson.object();
		root.put("writer", missed.writer());
		root.put("noticed", missed.noticed().toString());
		ArrayNode groups = root.putArray("groups");
		for (Group group : missed.groups()) {
			ObjectNode node = groups.addObject();
			node.put("event", group.event());
			node.put("queue", group.queue());
			node.put("reason", group.reason().word());
			ArrayNode slots = node.putArray("slots");
			group.ticks().forEach((tick) -> slots.add(tick.slot().getEpochSecond()));
			ArrayNode times = node.putArray("at");
			group.ticks().forEach((tick) -> times.add(tick.at().getEpochSecond()));
			ArrayNode ids = node.putArray("ids");
			group.ticks().forEach((tick) -> ids.add(tick.id()));
		}
		return ZippedJson.write(root);
	}

	/**
	 * Reads a body that {@link #body} wrote, piece by piece: what does not belong there
	 * is passed over.
	 * @throws IllegalArgumentException if it is something else, or has more ticks than
	 * any such record
	 */
	public static MissedTicks read(byte[] body) {
		try (JsonParser parser = ZippedJson.parser(body)) {
			return new Reading(parser).missed();
		}
		catch (IOException | JacksonException | DateTimeException ex) {
			throw new IllegalArgumentException(NOT_ONE + ex.getMessage(), ex);
		}
	}

	/**
	 * The reading of one body.
	 */
	private static final class Reading {

		private final JsonParser parser;

		private final List<Group> groups = new ArrayList<>();

		private int room = MissedTicks.MOST;

		Reading(JsonParser parser) {
			this.parser = parser;
		}

		MissedTicks missed() {
			String writer = null;
			Instant noticed = null;
			check(this.parser.nextToken() == JsonToken.START_OBJECT, "it is no object");
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				this.parser.nextToken();
				switch (name) {
					case "writer" -> writer = text();
					case "noticed" -> noticed = Instant.parse(text());
					case "groups" -> readGroups();
					default -> this.parser.skipChildren();
				}
			}
			return new MissedTicks(present(writer, "writer"), present(noticed, "noticed"), this.groups);
		}

		private void readGroups() {
			check(this.parser.currentToken() == JsonToken.START_ARRAY, "its groups are no list");
			while (this.parser.nextToken() == JsonToken.START_OBJECT) {
				readGroup();
			}
		}

		private void readGroup() {
			String event = null;
			String queue = null;
			MissedReason reason = null;
			List<Long> slots = List.of();
			List<Long> times = List.of();
			List<Long> ids = List.of();
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				this.parser.nextToken();
				switch (name) {
					case "event" -> event = text();
					case "queue" -> queue = text();
					case "reason" -> reason = MissedReason.of(text());
					case "slots" -> slots = numbers();
					case "at" -> times = numbers();
					case "ids" -> ids = numbers();
					default -> this.parser.skipChildren();
				}
			}
			check(slots.size() == ids.size() && times.size() == ids.size(), "its lists differ in length");
			if (reason != null) {
				// Otherwise it is one that a later version knows.
				this.groups
					.add(new Group(present(event, "event"), present(queue, "queue"), reason, ticks(slots, times, ids)));
			}
		}

		private List<Miss> ticks(List<Long> slots, List<Long> times, List<Long> ids) {
			this.room -= ids.size();
			check(this.room >= 0, "it has more than " + MissedTicks.MOST + " ticks");
			List<Miss> ticks = new ArrayList<>(ids.size());
			for (int i = 0; i < ids.size(); i++) {
				ticks.add(
						new Miss(Instant.ofEpochSecond(slots.get(i)), Instant.ofEpochSecond(times.get(i)), ids.get(i)));
			}
			return ticks;
		}

		private List<Long> numbers() {
			check(this.parser.currentToken() == JsonToken.START_ARRAY, "a list is missing");
			List<Long> numbers = new ArrayList<>();
			while (this.parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
				check(numbers.size() < MissedTicks.MOST, "a list is too long");
				numbers.add(this.parser.getLongValue());
			}
			check(this.parser.currentToken() == JsonToken.END_ARRAY, "a list has something else than numbers");
			return numbers;
		}

		private String text() {
			check(this.parser.currentToken() == JsonToken.VALUE_STRING, "a text is missing");
			return this.parser.getString();
		}

		private static <T> T present(@Nullable T value, String field) {
			if (value == null) {
				throw new IllegalArgumentException(NOT_ONE + "it has no field " + field);
			}
			return value;
		}

		private static void check(boolean condition, String problem) {
			if (!condition) {
				throw new IllegalArgumentException(NOT_ONE + problem);
			}
		}

	}

}
