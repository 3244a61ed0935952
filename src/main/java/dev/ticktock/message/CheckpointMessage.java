package dev.ticktock.message;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Puts a checkpoint into compressed JSON: with 100,000 schedules it is several megabytes
 * otherwise.
 */
public final class CheckpointMessage {

	public static final String TYPE = "checkpoint";

	private CheckpointMessage() {
	}

	public static AMQP.BasicProperties properties(Trust trust) {
		return ZippedJson.properties(TYPE, trust);
	}

	/**
	 * Writes a checkpoint.
	 * @param seal the seal of the term's ticks
	 */
	public static byte[] body(Checkpoint checkpoint, Seal seal) {
		Cursor cursor = checkpoint.cursor();
		return ZippedJson
			.write(new Body(seal.secret(), cursor.slot(), cursor.event(), new TreeMap<>(checkpoint.schedules())));
	}

	/**
	 * Reads a body that {@link #body} wrote.
	 * @throws IllegalArgumentException if it is something else, or is larger than any
	 * checkpoint
	 */
	public static Content read(byte[] body) {
		try {
			Body read = ZippedJson.read(body, Body.class);
			Checkpoint checkpoint = new Checkpoint(new Cursor(read.slot, read.event), read.schedules);
			return new Content(checkpoint, (read.secret != null) ? Seal.of(read.secret) : null);
		}
		catch (IOException | JacksonException | NullPointerException ex) {
			throw new IllegalArgumentException("not a checkpoint: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Reads the seal alone, which comes first; {@code null} if a version wrote it that
	 * had none.
	 * @throws IllegalArgumentException if it is something else
	 */
	public static @Nullable Seal seal(byte[] body) {
		try (JsonParser parser = ZippedJson.parser(body)) {
			boolean comes = parser.nextToken() == JsonToken.START_OBJECT && "secret".equals(parser.nextName());
			return (comes && parser.nextToken() == JsonToken.VALUE_STRING) ? Seal.of(parser.getString()) : null;
		}
		catch (IOException | JacksonException ex) {
			throw new IllegalArgumentException("not a checkpoint: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The contents of a checkpoint.
	 *
	 * @param checkpoint how far the leader is
	 * @param seal the seal of its ticks; {@code null} if a version wrote it that had none
	 */
	public record Content(Checkpoint checkpoint, @Nullable Seal seal) {

	}

	private record Body(@Nullable String secret, Instant slot, @Nullable String event, Map<String, Covered> schedules) {

		Body {
			Objects.requireNonNull(slot, "a slot is missing");
			Objects.requireNonNull(schedules, "schedules are missing");
		}

	}

}
