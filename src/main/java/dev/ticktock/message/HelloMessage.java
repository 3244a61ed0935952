package dev.ticktock.message;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a hello into compressed JSON: the record of the journal by which replicas know of
 * each other. It moves no cursor, and versions that do not know it pass it over.
 */
public final class HelloMessage {

	public static final String TYPE = "hello";

	/** The longest text that is kept of each field. */
	static final int LONGEST = 255;

	private static final Duration SHORTEST_PACE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PACE = Duration.ofHours(1);

	private HelloMessage() {
	}

	public static AMQP.BasicProperties properties(Trust trust) {
		return ZippedJson.properties(TYPE, trust);
	}

	/** Writes a hello down. */
	public static byte[] body(Hello hello) {
		ObjectNode root = ZippedJson.object();
		root.put("name", hello.name());
		root.put("run", hello.run());
		root.put("role", hello.role());
		root.put("since", hello.since().toString());
		if (hello.version() != null) {
			root.put("version", hello.version());
		}
		if (hello.zoneData() != null) {
			root.put("zoneData", hello.zoneData());
		}
		if (hello.clockOffset() != null) {
			root.put("clockOffset", hello.clockOffset().toString());
		}
		root.put("schedules", hello.configuration().schedules());
		root.put("settings", hello.configuration().settings());
		root.put("pace", hello.pace().toString());
		root.put("at", hello.at().toString());
		return ZippedJson.write(root);
	}

	/**
	 * Reads a body that {@link #body} wrote: what does not belong there is passed over,
	 * and what is too long is cut off.
	 * @throws IllegalArgumentException if it is something else
	 */
	public static Hello read(byte[] body) {
		try (JsonParser parser = ZippedJson.parser(body)) {
			Map<String, String> fields = fields(parser);
			String clockOffset = fields.get("clockOffset");
			return new Hello(required(fields, "name"), required(fields, "run"), required(fields, "role"),
					Instant.parse(required(fields, "since")), fields.get("version"), fields.get("zoneData"),
					(clockOffset != null) ? Duration.parse(clockOffset) : null,
					new Fingerprint(required(fields, "schedules"), required(fields, "settings")),
					pace(Duration.parse(required(fields, "pace"))), Instant.parse(required(fields, "at")));
		}
		catch (IOException | JacksonException | DateTimeException ex) {
			throw new IllegalArgumentException("not a hello: " + ex.getMessage(), ex);
		}
	}

	private static Map<String, String> fields(JsonParser parser) {
		if (parser.nextToken() != JsonToken.START_OBJECT) {
			throw new IllegalArgumentException("not a hello: it is no object");
		}
		Map<String, String> fields = new HashMap<>();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			if (parser.nextToken() == JsonToken.VALUE_STRING && fields.size() < LONGEST) {
				String text = parser.getString();
				fields.put(name, text.substring(0, Math.min(LONGEST, text.length())));
			}
			else {
				parser.skipChildren();
			}
		}
		return fields;
	}

	private static String required(Map<String, String> fields, String name) {
		@Nullable String value = fields.get(name);
		if (value == null) {
			throw new IllegalArgumentException("not a hello: it has no " + name);
		}
		return value;
	}

	private static Duration pace(Duration said) {
		if (said.compareTo(SHORTEST_PACE) < 0) {
			return SHORTEST_PACE;
		}
		return (said.compareTo(LONGEST_PACE) < 0) ? said : LONGEST_PACE;
	}

}
