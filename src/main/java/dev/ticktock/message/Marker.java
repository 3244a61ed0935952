package dev.ticktock.message;

import java.util.Map;

import com.rabbitmq.client.AMQP;
import org.jspecify.annotations.Nullable;

/**
 * A record of the journal that its publisher waits to read: all that was published before
 * has been read then. That of a new leader tells the seal of its ticks: since the leader
 * has read it before it publishes, every reader of the journal meets it before the ticks.
 */
public final class Marker {

	public static final String TYPE = "marker";

	private static final String SECRET = "secret";

	private Marker() {
	}

	/**
	 * Returns the properties of a marker, which has no body.
	 * @param id what tells it from others
	 */
	public static AMQP.BasicProperties properties(String id, Trust trust) {
		return properties(id, trust, Map.of());
	}

	/**
	 * Returns the properties of the marker of a new leader.
	 * @param id what tells it from others
	 * @param seal the seal of the ticks of the term
	 */
	public static AMQP.BasicProperties properties(String id, Trust trust, Seal seal) {
		return properties(id, trust, Map.of(SECRET, seal.secret()));
	}

	/**
	 * Reads the seal that a marker tells; {@code null} if it tells none.
	 * @throws IllegalArgumentException if it is not one
	 */
	public static @Nullable Seal seal(AMQP.BasicProperties properties) {
		Object secret = (properties.getHeaders() != null) ? properties.getHeaders().get(SECRET) : null;
		return (secret != null) ? Seal.of(secret.toString()) : null;
	}

	private static AMQP.BasicProperties properties(String id, Trust trust, Map<String, Object> headers) {
		return new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(TYPE)
			.messageId(id)
			.userId(trust.user())
			.deliveryMode(2)
			.headers(headers)
			.build();
	}

}
