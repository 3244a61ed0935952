package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.schedule.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * One replica's part in the protocol that makes at most one replica lead.
 *
 * <p>
 * The leader queue has a single active consumer: the broker hands its tokens to one
 * replica only, and that one leads as long as it holds a token that it has not
 * acknowledged. When its channel goes, for whatever reason, the broker puts the token
 * back and moves on to the next replica. Every replica puts a token in when it joins, so
 * there always is one; the leader acknowledges all but the newest.
 *
 * <p>
 * A token is renewed while it is held: a fresh one is published, received and only then
 * is the older one acknowledged, because a leader without a token would offer the lead to
 * others. Brokers close a channel that holds a delivery for too long, and drop a token
 * that has been put back too often; a fresh token is neither.
 *
 * <p>
 * A fresh token names the leader. So a leader that is granted the baton, and publishes a
 * fresh token at once, has seen who led last when that token comes back.
 *
 * <p>
 * Called by one thread; what the broker sends is handed to the listener on the
 * connection's.
 */
final class Baton {

	static final Duration RENEWAL = Duration.ofSeconds(10);

	/** Room for the tokens of replicas that join while one is held. */
	private static final int PREFETCH = 10;

	private static final String TYPE = "token";

	private static final String LEADER = "leader";

	private static final String SLOT = "slot";

	private static final String EVENT = "event";

	private final ConfirmChannel channel;

	private final String queue;

	private final String replica;

	private long held;

	private @Nullable String awaited;

	private long renewed;

	private @Nullable Token lastOfALeader;

	/**
	 * Creates the part of one replica.
	 * @param channel the channel that ticks will be published on, so that whoever has
	 * lost the baton can not publish
	 * @param replica a name that no other replica, and no earlier run of this one, has
	 */
	Baton(ConfirmChannel channel, String queue, String replica) {
		this.channel = channel;
		this.queue = queue;
		this.replica = replica;
	}

	/**
	 * Joins the replicas that wait for the baton.
	 * @param listener told of each token, and of {@code null} when the broker cancels the
	 * consumer: it keeps the channel, and the token with it, so the channel must be
	 * closed
	 */
	void join(String consumerTag, Consumer<@Nullable Token> listener) throws IOException {
		Channel raw = this.channel.raw();
		raw.basicQos(PREFETCH);
		raw.basicConsume(this.queue, false, consumerTag, new DefaultConsumer(raw) {

			@Override
			public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
				listener.accept(Token.of(envelope, properties));
			}

			@Override
			public void handleCancel(String tag) {
				listener.accept(null);
			}

		});
		offer();
	}

	/**
	 * Puts a token in that no leader vouches for, so that there is one.
	 */
	void offer() throws IOException {
		put(UUID.randomUUID().toString(), Map.of());
	}

	/**
	 * Takes a token: this replica leads from the first on.
	 * @return whether it is the fresh one that was published last
	 */
	boolean take(Token token) throws IOException {
		if (this.held != 0) {
			this.channel.raw().basicAck(this.held, true);
		}
		this.held = token.deliveryTag();
		if (token.id().equals(this.awaited)) {
			this.awaited = null;
			return true;
		}
		if (token.leader() != null) {
			this.lastOfALeader = token;
		}
		return false;
	}

	boolean isHeld() {
		return this.held != 0;
	}

	/**
	 * Publishes a fresh token, unless the one before has not come back.
	 */
	void renew() throws IOException {
		if (this.awaited == null) {
			String id = UUID.randomUUID().toString();
			this.awaited = id;
			this.renewed = System.nanoTime();
			put(id, Map.of(LEADER, this.replica));
		}
	}

	/**
	 * Leaves a token for the next leader that says how far this one has come.
	 */
	void leave(Cursor cursor) throws IOException {
		Map<String, Object> headers = new HashMap<>(Map.of(LEADER, this.replica, SLOT, Date.from(cursor.slot())));
		if (cursor.event() != null) {
			headers.put(EVENT, cursor.event());
		}
		put(UUID.randomUUID().toString(), headers);
	}

	private void put(String id, Map<String, Object> headers) throws IOException {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(TYPE)
			.messageId(id)
			.deliveryMode(2)
			.headers(headers)
			.build();
		this.channel.publish("", this.queue, properties, new byte[0], null);
	}

	/**
	 * Says whether a fresh token has been under way for longer than a limit.
	 */
	boolean isOverdue(Duration limit) {
		return this.awaited != null && System.nanoTime() - this.renewed > limit.toNanos();
	}

	/** Says whether it is time for a fresh token. */
	boolean isDue() {
		return this.awaited == null && System.nanoTime() - this.renewed > RENEWAL.toNanos();
	}

	/**
	 * Returns the newest token that a leader before this term vouches for; {@code null}
	 * if there was none. Only known once a fresh token has come back.
	 */
	@Nullable Token lastOfALeader() {
		return this.lastOfALeader;
	}

	/**
	 * What the broker hands to the leader.
	 *
	 * @param deliveryTag the number by which it is acknowledged
	 * @param id what tells it from others
	 * @param leader the leader that published it; {@code null} if it was a candidate
	 * @param left how far that leader had come when it stopped; {@code null} if it has
	 * not stopped in an orderly way
	 */
	record Token(long deliveryTag, String id, @Nullable String leader, @Nullable Cursor left) {

		static Token of(Envelope envelope, AMQP.BasicProperties properties) {
			Map<String, Object> headers = (properties.getHeaders() != null) ? properties.getHeaders() : Map.of();
			Instant slot = (headers.get(SLOT) instanceof Date date) ? date.toInstant() : null;
			Object event = headers.get(EVENT);
			Cursor left = (slot != null) ? new Cursor(slot, (event != null) ? event.toString() : null) : null;
			Object leader = headers.get(LEADER);
			return new Token(envelope.getDeliveryTag(), String.valueOf(properties.getMessageId()),
					(leader != null) ? leader.toString() : null, left);
		}

	}

}
