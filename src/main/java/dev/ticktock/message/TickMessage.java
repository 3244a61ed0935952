package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import dev.ticktock.broker.Dialect;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

import org.springframework.util.ConcurrentLruCache;
import org.springframework.util.DigestUtils;

/**
 * Puts a tick into the words of AMQP. The message is the public contract, described in
 * {@code docs/asyncapi.yaml}.
 */
public record TickMessage(Clock clock, String leader, Dialect dialect) {

	static final String APP_ID = "ticktock";

	public static final String TYPE = "tick";

	private static final String EVENT_HEADER = "event";

	private static final String LEADER_HEADER = "leader";

	private static final String VALID_UNTIL = "\"validUntil\":\"";

	/** The longest id, key or queue's name that AMQP can carry, in bytes of UTF-8. */
	private static final int LONGEST_NAME = 255;

	/**
	 * The texts of the last instants. The ticks of a full slot share theirs, and
	 * formatting them takes as long as building the rest of a message.
	 */
	private static final ConcurrentLruCache<Instant, String> TEXTS = new ConcurrentLruCache<>(100, Instant::toString);

	public AMQP.BasicProperties properties(Tick tick) {
		Date slot = Date.from(tick.slot());
		String id = id(tick.event(), tick.slot());
		return new AMQP.BasicProperties.Builder().contentType("application/json")
			.deliveryMode(2)
			.timestamp(slot)
			.messageId(id)
			.correlationId(UUID.randomUUID().toString())
			.expiration(this.dialect.expiration(tick.validUntil(), this.clock.instant()))
			.appId(APP_ID)
			.type(TYPE)
			.headers(Map.of(EVENT_HEADER, tick.event(), "timestamp", slot, LEADER_HEADER, this.leader))
			.build();
	}

	/**
	 * Returns the id of a tick, the same on every replica. An event that leaves no room
	 * for the slot is represented by its MD5 digest.
	 */
	public static String id(String event, Instant slot) {
		String suffix = "@" + TEXTS.get(slot);
		byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
		return (bytes.length + suffix.length() <= LONGEST_NAME) ? event + suffix
				: "md5:" + HexFormat.of().formatHex(DigestUtils.md5Digest(bytes)) + suffix;
	}

	public byte[] body(Tick tick) {
		StringBuilder json = new StringBuilder(192);
		json.append("{\"event\":\"");
		JsonStringEncoder.getInstance().quoteAsString(tick.event(), json);
		json.append('"');
		append(json, "slot", tick.slot());
		append(json, "previous", tick.previous());
		append(json, "next", tick.next());
		if (tick.data() != null) {
			json.append(",\"data\":\"");
			JsonStringEncoder.getInstance().quoteAsString(tick.data(), json);
			json.append('"');
		}
		// The last, because the journal's readers look for it from the end.
		append(json, "validUntil", tick.validUntil());
		return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
	}

	private static void append(StringBuilder json, String name, @Nullable Instant instant) {
		String value = (instant != null) ? "\"" + TEXTS.get(instant) + "\"" : "null";
		json.append(",\"").append(name).append("\":").append(value);
	}

	/** Returns a tick; {@code null} if the message is none. */
	static JournalRecord.@Nullable Tick read(String key, AMQP.BasicProperties properties, byte[] body) {
		if (properties.getTimestamp() == null) {
			return null;
		}
		Instant slot = properties.getTimestamp().toInstant();
		String id = id(key, slot);
		return id.equals(properties.getMessageId())
				? new JournalRecord.Tick(key, slot, published(properties, body),
						Objects.toString(headers(properties).get(LEADER_HEADER), ""), id, properties.getCorrelationId())
				: null;
	}

	/** Returns a tick that a queue has dead-lettered; {@code null} if it is none. */
	static JournalRecord.@Nullable Missed readMissed(String key, AMQP.BasicProperties properties) {
		Map<String, Object> headers = headers(properties);
		String event = Objects.toString(headers.get(EVENT_HEADER), key);
		String queue = death(headers, "queue");
		MissedReason reason = MissedReason.of(death(headers, "reason"));
		Instant slot = (properties.getTimestamp() != null) ? properties.getTimestamp().toInstant() : null;
		boolean named = event.length() <= LONGEST_NAME && queue.length() <= LONGEST_NAME;
		return (reason != null && slot != null && named && id(event, slot).equals(properties.getMessageId()))
				? new JournalRecord.Missed(event, slot, properties.getCorrelationId(), queue, reason) : null;
	}

	/** After a retry, the last death is not the first. */
	private static String death(Map<String, Object> headers, String what) {
		Object last = headers.get("x-last-death-" + what);
		return String.valueOf((last != null) ? last : headers.get("x-first-death-" + what));
	}

	/** The instant until which the tick is valid, less the validity that it had left. */
	private static @Nullable Instant published(AMQP.BasicProperties properties, byte[] body) {
		String json = new String(body, StandardCharsets.ISO_8859_1);
		int begin = json.lastIndexOf(VALID_UNTIL);
		int end = json.lastIndexOf('"');
		if (begin < 0 || end < begin + VALID_UNTIL.length() || properties.getExpiration() == null) {
			return null;
		}
		try {
			return Instant.parse(json.substring(begin + VALID_UNTIL.length(), end))
				.minusMillis(Long.parseLong(properties.getExpiration()));
		}
		catch (DateTimeException | ArithmeticException | NumberFormatException ex) {
			return null;
		}
	}

	static Map<String, Object> headers(AMQP.BasicProperties properties) {
		return (properties.getHeaders() != null) ? properties.getHeaders() : Map.of();
	}

}
