package dev.ticktock.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message of one replica to the others, in the journal: published to its queue through
 * the default exchange, so that no worker gets it. The body is compressed JSON, because a
 * checkpoint of 100,000 schedules is several megabytes otherwise. Its version is a
 * header; a reader steps over versions and kinds that it does not know.
 */
public final class ControlMessage {

	private static final int VERSION = 1;

	private static final String VERSION_HEADER = "version";

	private static final String TERM_HEADER = "term";

	private static final String MARKER = "marker";

	private static final String CHECKPOINT = "checkpoint";

	private static final String ADDED = "added";

	private static final String SKIPPED = "skipped";

	private static final String REPLICA = "replica";

	private static final JsonMapper JSON = JsonMapper.builder()
		.changeDefaultVisibility((visibility) -> visibility.withFieldVisibility(Visibility.ANY)
			.withGetterVisibility(Visibility.NONE)
			.withIsGetterVisibility(Visibility.NONE))
		.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(Include.NON_NULL))
		.annotationIntrospector(new Conventions())
		.enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.build();

	private final AMQP.BasicProperties properties;

	private final byte[] body;

	private ControlMessage(String type, @Nullable String id, @Nullable String term, Trust trust, byte[] body) {
		Map<String, Object> headers = new HashMap<>(Map.of(VERSION_HEADER, VERSION));
		if (term != null) {
			headers.put(TERM_HEADER, term);
		}
		this.body = body;
		this.properties = new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(type)
			.messageId(id)
			.userId(trust.user())
			.contentType("application/json")
			.contentEncoding("gzip")
			.deliveryMode(2)
			.headers(headers)
			.build();
	}

	/** Returns a marker, which has no body, and a term if a new leader publishes it. */
	public static ControlMessage marker(String id, @Nullable String term, Trust trust) {
		return new ControlMessage(MARKER, id, term, trust, new byte[0]);
	}

	public static ControlMessage checkpoint(Checkpoint checkpoint, String term, Trust trust) {
		return of(CHECKPOINT, checkpoint, term, trust);
	}

	/**
	 * Returns the part of a checkpoint that is new since the last one. Older versions
	 * step over it, and find the same in the next checkpoint.
	 */
	public static ControlMessage added(Checkpoint part, String term, Trust trust) {
		return of(ADDED, part, term, trust);
	}

	public static ControlMessage skipped(Skipping skipping, Trust trust) {
		return of(SKIPPED, skipping, null, trust);
	}

	public static ControlMessage replica(ReplicaInfo info, Trust trust) {
		return of(REPLICA, info, null, trust);
	}

	private static ControlMessage of(String type, Object content, @Nullable String term, Trust trust) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
			JSON.writeValue(gzip, content);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot compress a control message", ex);
		}
		return new ControlMessage(type, null, term, trust, body.toByteArray());
	}

	public AMQP.BasicProperties properties() {
		return this.properties;
	}

	public byte[] body() {
		return this.body;
	}

	/** Reads a message; throws an IllegalArgumentException if its body cannot be read. */
	static JournalRecord read(AMQP.BasicProperties properties, byte[] body) {
		Map<String, Object> headers = TickMessage.headers(properties);
		if (!Integer.valueOf(VERSION).equals(headers.get(VERSION_HEADER)) || properties.getType() == null) {
			return new JournalRecord.Unknown();
		}
		String term = (headers.get(TERM_HEADER) != null) ? headers.get(TERM_HEADER).toString() : null;
		return switch (properties.getType()) {
			case MARKER -> new JournalRecord.Marker(String.valueOf(properties.getMessageId()), term);
			case CHECKPOINT -> new JournalRecord.CheckpointRecord(String.valueOf(term), read(body, Checkpoint.class));
			case ADDED -> new JournalRecord.Added(read(body, Checkpoint.class));
			case SKIPPED -> new JournalRecord.Skipped(read(body, Skipping.class));
			case REPLICA -> new JournalRecord.Replica(read(body, ReplicaInfo.class));
			default -> new JournalRecord.Unknown();
		};
	}

	private static <T> T read(byte[] body, Class<T> type) {
		try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
			T value = JSON.readValue(gzip, type);
			if (value == null) {
				throw new IllegalArgumentException("the body is null");
			}
			return value;
		}
		catch (IOException | JacksonException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	/** Requires what is not {@code @Nullable}; a later version's constant is UNKNOWN. */
	private static final class Conventions extends JacksonAnnotationIntrospector {

		private static final long serialVersionUID = 1;

		@Override
		public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
			return (member instanceof AnnotatedParameter parameter
					&& parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor)
							? !constructor.getAnnotatedParameterTypes()[parameter.getIndex()]
								.isAnnotationPresent(Nullable.class)
							: super.hasRequiredMarker(config, member);
		}

		@Override
		public @Nullable Enum<?> findDefaultEnumValue(MapperConfig<?> config, AnnotatedClass type, Enum<?>[] values) {
			return Arrays.stream(values).filter((value) -> value.name().equals("UNKNOWN")).findFirst().orElse(null);
		}

	}

}
