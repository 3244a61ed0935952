package dev.ticktock.message;

import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import dev.ticktock.schedule.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * A message of the leader queue: the replica that holds it, unacknowledged, leads.
 *
 * @param id a random name
 * @param leader the leader that published it; {@code null} if it was a candidate
 * @param left how far that leader had come when it stopped; {@code null} if it has not
 * stopped in an orderly way
 */
public record Token(String id, @Nullable String leader, @Nullable Cursor left) {

	private static final String LEADER = "leader";

	private static final String SLOT = "slot";

	private static final String EVENT = "event";

	/** A token that no leader vouches for. */
	public static Token ofCandidate() {
		return new Token(UUID.randomUUID().toString(), null, null);
	}

	public static Token ofLeader(String leader) {
		return new Token(UUID.randomUUID().toString(), leader, null);
	}

	/** A token by which a leader that stops says how far it has come. */
	public static Token leftBy(String leader, Cursor left) {
		return new Token(UUID.randomUUID().toString(), leader, left);
	}

	/** Reads a token of another account: it holds the lead, and its content is void. */
	public static Token readDistrusted(AMQP.BasicProperties properties) {
		return new Token(String.valueOf(properties.getMessageId()), null, null);
	}

	/** Reads a token; what is missing in it is {@code null}. */
	public static Token read(AMQP.BasicProperties properties) {
		Map<String, Object> headers = TickMessage.headers(properties);
		Instant slot = (headers.get(SLOT) instanceof Date date) ? date.toInstant() : null;
		Object event = headers.get(EVENT);
		Cursor left = (slot != null) ? new Cursor(slot, (event != null) ? event.toString() : null) : null;
		Object leader = headers.get(LEADER);
		return new Token(String.valueOf(properties.getMessageId()), (leader != null) ? leader.toString() : null, left);
	}

	/** Returns the properties of the message, which has no body. */
	public AMQP.BasicProperties properties(Trust trust) {
		Map<String, Object> headers = new HashMap<>();
		if (this.leader != null) {
			headers.put(LEADER, this.leader);
		}
		if (this.left != null) {
			headers.put(SLOT, Date.from(this.left.slot()));
			if (this.left.event() != null) {
				headers.put(EVENT, this.left.event());
			}
		}
		return new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type("token")
			.messageId(this.id)
			.userId(trust.user())
			.deliveryMode(2)
			.headers(headers)
			.build();
	}

}
