package dev.ticktock.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Progress.CatchingUp;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Progress.New;
import dev.ticktock.schedule.Progress.Unconfirmed;
import dev.ticktock.schedule.Standing;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
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

	private static final JsonMapper JSON = JsonMapper.shared();

	private CheckpointMessage() {
	}

	public static AMQP.BasicProperties properties() {
		return new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(TYPE)
			.contentType("application/json")
			.contentEncoding("gzip")
			.deliveryMode(2)
			.build();
	}

	public static byte[] body(Checkpoint checkpoint) {
		ObjectNode root = JSON.createObjectNode();
		root.put("slot", checkpoint.cursor().slot().toString());
		if (checkpoint.cursor().event() != null) {
			root.put("event", checkpoint.cursor().event());
		}
		ObjectNode covered = root.putObject("schedules");
		new TreeMap<>(checkpoint.standings()).forEach((event, standing) -> write(covered.putObject(event), standing));
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(JSON.writeValueAsBytes(root));
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot compress the checkpoint", ex);
		}
		return bytes.toByteArray();
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
	 * Reads a body that {@link #body(Checkpoint)} wrote.
	 * @throws IllegalArgumentException if it is something else
	 */
	public static Checkpoint read(byte[] body) {
		try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
			JsonNode root = JSON.readTree(gzip);
			Map<String, Standing> standings = new TreeMap<>();
			for (Map.Entry<String, JsonNode> property : root.required("schedules").properties()) {
				standings.put(property.getKey(), standing(property.getValue()));
			}
			JsonNode event = root.get("event");
			return new Checkpoint(new Cursor(Instant.parse(root.required("slot").asString()),
					(event != null) ? event.asString() : null), standings);
		}
		catch (IOException | JacksonException | DateTimeException ex) {
			throw new IllegalArgumentException("not a checkpoint: " + ex.getMessage(), ex);
		}
	}

	private static Standing standing(JsonNode node) {
		Progress progress = new Current();
		if (node.has("done")) {
			progress = new Unconfirmed(Instant.parse(node.get("done").asString()));
		}
		else if (node.has("from")) {
			progress = new New(Instant.parse(node.get("from").asString()));
		}
		return new Standing(node.required("definition").asString(), node.path("registered").asBoolean(false), progress);
	}

}
