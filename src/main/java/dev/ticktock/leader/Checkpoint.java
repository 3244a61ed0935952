package dev.ticktock.leader;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Origin;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a leader tells the leaders to come: how far it is, and which schedules that holds
 * for. A schedule that it does not have, or has with another definition, is new to its
 * reader.
 *
 * @param cursor the last tick published
 * @param schedules by event, what is covered
 */
record Checkpoint(Cursor cursor, Map<String, Entry> schedules) {

	private static final JsonMapper JSON = JsonMapper.shared();

	Checkpoint {
		schedules = Map.copyOf(schedules);
	}

	/**
	 * Writes the checkpoint as compressed JSON: with 100,000 schedules it is several
	 * megabytes otherwise.
	 */
	byte[] toBytes() {
		ObjectNode root = JSON.createObjectNode();
		root.put("slot", this.cursor.slot().toString());
		if (this.cursor.event() != null) {
			root.put("event", this.cursor.event());
		}
		ObjectNode covered = root.putObject("schedules");
		new TreeMap<>(this.schedules).forEach((event, entry) -> {
			ObjectNode node = covered.putObject(event);
			node.put("definition", entry.definition());
			if (entry.registered()) {
				node.put("registered", true);
			}
			if (entry.from() != null) {
				node.put("from", entry.from().toString());
			}
			if (entry.done() != null) {
				node.put("done", entry.done().toString());
			}
		});
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(JSON.writeValueAsBytes(root));
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot compress the checkpoint", ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Reads what {@link #toBytes()} wrote.
	 * @throws IllegalArgumentException if it is something else
	 */
	static Checkpoint fromBytes(byte[] bytes) {
		try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
			JsonNode root = JSON.readTree(gzip);
			Map<String, Entry> schedules = new TreeMap<>();
			for (Map.Entry<String, JsonNode> property : root.required("schedules").properties()) {
				JsonNode node = property.getValue();
				schedules.put(property.getKey(),
						new Entry(node.required("definition").asString(), node.path("registered").asBoolean(false),
								instant(node.get("from")), instant(node.get("done"))));
			}
			JsonNode event = root.get("event");
			return new Checkpoint(new Cursor(Instant.parse(root.required("slot").asString()),
					(event != null) ? event.asString() : null), schedules);
		}
		catch (IOException | JacksonException | DateTimeException ex) {
			throw new IllegalArgumentException("not a checkpoint: " + ex.getMessage(), ex);
		}
	}

	private static @Nullable Instant instant(@Nullable JsonNode node) {
		return (node != null) ? Instant.parse(node.asString()) : null;
	}

	/**
	 * What is covered of one event.
	 *
	 * @param definition what the slots follow from
	 * @param registered whether a worker has registered it
	 * @param from the instant after which it is covered, if that is later than the
	 * cursor; {@code null} if it is not
	 * @param done the instant up to which it is covered, if that is before the cursor,
	 * because the leader does not know yet whether it is still registered, or has just
	 * learnt it; {@code null} if it is covered up to the cursor
	 */
	record Entry(String definition, boolean registered, @Nullable Instant from, @Nullable Instant done) {

		/** Covered from the cursor on. */
		static Entry of(Schedule schedule) {
			return new Entry(schedule.definition(), schedule.origin() == Origin.REGISTERED, null, null);
		}

		Entry from(Instant from) {
			return new Entry(this.definition, this.registered, from, null);
		}

		Entry done(Instant done) {
			return new Entry(this.definition, this.registered, null, done);
		}

		/**
		 * Covered up to the cursor's slot, or from where it was new if that is later.
		 */
		Entry covered(Instant reached) {
			Instant since = (this.from != null) ? this.from : this.done;
			boolean later = since != null && since.isAfter(reached);
			return new Entry(this.definition, this.registered, later ? since : null, null);
		}

		/** The same, of a schedule that is due at the same slots. */
		Entry as(Schedule schedule) {
			return new Entry(schedule.definition(), schedule.origin() == Origin.REGISTERED, this.from, this.done);
		}

		/** Says whether a schedule is the one that is covered. */
		boolean covers(Schedule schedule) {
			return schedule.isDueAs(this.definition);
		}

	}

}
