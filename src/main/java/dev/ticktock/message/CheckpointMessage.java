package dev.ticktock.message;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Progress.CatchingUp;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Progress.New;
import dev.ticktock.schedule.Progress.Unconfirmed;
import dev.ticktock.schedule.Standing;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts a checkpoint into compressed JSON: with 100,000 schedules it is several megabytes
 * otherwise.
 *
 * <p>
 * A schedule that is new has the field {@code from}. One that is unconfirmed or being
 * caught up has the field {@code done}, and its reader finds it unconfirmed: which of the
 * two it was depends on what the writer had heard, and the reader has to hear it anew.
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
		ObjectNode root = ZippedJson.object();
		root.put("secret", seal.secret());
		root.put("slot", checkpoint.cursor().slot().toString());
		if (checkpoint.cursor().event() != null) {
			root.put("event", checkpoint.cursor().event());
		}
		ObjectNode covered = root.putObject("schedules");
		new TreeMap<>(checkpoint.standings()).forEach((event, standing) -> write(covered.putObject(event), standing));
		return ZippedJson.write(root);
	}

	private static void write(ObjectNode node, Standing standing) {
		node.put("definition", standing.definition());
		if (standing.registered()) {
			node.put("registered", true);
		}
		if (standing.progress() instanceof New progress) {
			node.put("from", progress.since().toString());
		}
		else if (standing.progress() instanceof Unconfirmed progress) {
			node.put("done", progress.doneUntil().toString());
		}
		else if (standing.progress() instanceof CatchingUp progress) {
			node.put("done", progress.doneUntil().toString());
		}
	}

	/**
	 * Reads a body that {@link #body} wrote, piece by piece: what does not belong there
	 * is passed over.
	 * @throws IllegalArgumentException if it is something else, or is larger than any
	 * checkpoint
	 */
	public static Content read(byte[] body) {
		try (JsonParser parser = ZippedJson.parser(body)) {
			return new Reading(parser).content();
		}
		catch (IOException | JacksonException | DateTimeException ex) {
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
	 * What a checkpoint says.
	 *
	 * @param checkpoint how far the leader is
	 * @param seal the seal of its ticks; {@code null} if a version wrote it that had none
	 */
	public record Content(Checkpoint checkpoint, @Nullable Seal seal) {

	}

	/**
	 * The reading of one body.
	 */
	private static final class Reading {

		private final JsonParser parser;

		private final Map<String, Standing> standings = new HashMap<>();

		private @Nullable Instant slot;

		private @Nullable String event;

		private @Nullable Seal seal;

		private boolean covered;

		Reading(JsonParser parser) {
			this.parser = parser;
		}

		Content content() {
			expectObject();
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				this.parser.nextToken();
				switch (name) {
					case "slot" -> this.slot = Instant.parse(text());
					case "event" -> this.event = text();
					case "secret" -> this.seal = Seal.of(text());
					case "schedules" -> readStandings();
					default -> this.parser.skipChildren();
				}
			}
			if (this.slot == null || !this.covered) {
				throw new IllegalArgumentException("not a checkpoint: it has no slot or no schedules");
			}
			return new Content(new Checkpoint(new Cursor(this.slot, this.event), this.standings), this.seal);
		}

		private void readStandings() {
			if (this.parser.currentToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException("not a checkpoint: its schedules are no object");
			}
			this.covered = true;
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				expectObject();
				this.standings.put(name, standing());
			}
		}

		private Standing standing() {
			String definition = null;
			boolean registered = false;
			Progress progress = new Current();
			for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
				this.parser.nextToken();
				switch (name) {
					case "definition" -> definition = text();
					case "registered" -> registered = this.parser.currentToken() == JsonToken.VALUE_TRUE;
					case "from" -> progress = new New(Instant.parse(text()));
					case "done" -> progress = new Unconfirmed(Instant.parse(text()));
					default -> this.parser.skipChildren();
				}
			}
			if (definition == null) {
				throw new IllegalArgumentException("not a checkpoint: a schedule has no definition");
			}
			return new Standing(definition, registered, progress);
		}

		private void expectObject() {
			if (this.parser.nextToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException("not a checkpoint: an object is missing");
			}
		}

		private String text() {
			if (this.parser.currentToken() != JsonToken.VALUE_STRING) {
				throw new IllegalArgumentException("not a checkpoint: a text is missing");
			}
			return this.parser.getString();
		}

	}

}
