package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.springframework.web.util.UriUtils;

/**
 * The attributes of CloudEvents 1.0 as headers of a tick. CloudEvents has a binding for
 * AMQP 1.0 and none for 0-9-1; these names are valid in both, and RabbitMQ hands the
 * headers to consumers of AMQP 1.0 as application properties, which is where that binding
 * wants them. Its data content type is the property {@code content_type}.
 */
final class CloudEvents {

	private static final String PREFIX = "cloudEvents_";

	private static final String VERSION = "1.0";

	private static final String TYPE = "dev.ticktock.tick";

	private final String source;

	/**
	 * Creates the attributes of the ticks of an exchange: its name, percent-encoded after
	 * a slash, is the source, a URI reference.
	 */
	CloudEvents(String exchange) {
		this.source = "/" + UriUtils.encode(exchange, StandardCharsets.UTF_8);
	}

	/**
	 * Returns headers and the attributes.
	 * @param id the {@code message_id}: source and id together name one tick
	 */
	Map<String, Object> with(Map<String, Object> headers, String event, Instant slot, String id) {
		Map<String, Object> all = new HashMap<>(headers);
		all.put(PREFIX + "specversion", VERSION);
		all.put(PREFIX + "id", id);
		all.put(PREFIX + "source", this.source);
		all.put(PREFIX + "type", TYPE);
		all.put(PREFIX + "subject", event);
		all.put(PREFIX + "time", slot.toString());
		return all;
	}

}
