package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.LeaderProperties.QueueType;
import dev.ticktock.broker.ConfirmChannel.Confirm;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * One replica's part in the protocol that makes at most one replica lead.
 *
 * <p>
 * The leader queue has a single active consumer: the broker hands its tokens to one
 * replica only, and that one leads as long as it holds a token that it has not
 * acknowledged. When its channel goes, for any reason, the broker puts the token back and
 * moves on to the next replica. Every replica puts a token in when it joins, so there
 * always is one; the leader acknowledges all but the newest of a leader.
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
 * Called by one thread.
 */
final class Baton {

	static final Duration RENEWAL = Duration.ofSeconds(10);

	/**
	 * The argument for how long, in milliseconds, a token stays with a consumer whose
	 * node has died. By default, RabbitMQ 4.3 waits for a minute. Older versions do not
	 * wait, and ignore the argument.
	 */
	private static final Map<String, Object> SOON = Map.of("x-consumer-disconnected-timeout", 1000);

	/** Room for the tokens of replicas that join while one is held. */
	private static final int PREFETCH = 10;

	private final ConfirmChannel channel;

	private final String queue;

	private final String replica;

	private final Trust trust;

	private final Duration limit;

	private final Uptime uptime;

	private long held;

	private @Nullable String awaited;

	/** Whether a fresh token has come back. */
	private boolean back;

	private Duration renewed = Duration.ZERO;

	private @Nullable Token lastOfALeader;

	/**
	 * Creates the part of one replica.
	 * @param channel the channel that ticks will be published on
	 * @param replica a name that no other replica, and no earlier run of this one, has
	 * @param limit how long a fresh token may be under way
	 */
	Baton(ConfirmChannel channel, String queue, String replica, Trust trust, Duration limit, Uptime uptime) {
		this.channel = channel;
		this.queue = queue;
		this.replica = replica;
		this.trust = trust;
		this.limit = limit;
		this.uptime = uptime;
	}

	/**
	 * Makes sure that the leader queue exists. An existing queue without {@link #SOON} is
	 * used as it is.
	 * @throws BrokerRefusedException if a queue of that name exists with other arguments,
	 * or the user may not declare it
	 */
	static void declare(BrokerConnector connector, BrokerConnection connection, String queue, QueueType type)
			throws BrokerUnavailableException, BrokerRefusedException {
		Map<String, Object> arguments = new HashMap<>(
				Map.of("x-queue-type", type.argument(), "x-single-active-consumer", true));
		if (type == QueueType.QUORUM) {
			arguments.putAll(SOON);
			try {
				connector.declareQueue(connection, "ticktock.leader.queue", queue, arguments);
				return;
			}
			catch (BrokerRefusedException ex) {
				if (BrokerConnection.replyCode(ex) != AMQP.PRECONDITION_FAILED) {
					throw ex;
				}
				arguments.keySet().removeAll(SOON.keySet());
			}
		}
		connector.declareQueue(connection, "ticktock.leader.queue", queue, arguments);
	}

	/**
	 * Joins the replicas that wait for the baton.
	 * @param received called on the thread of the connection, with the delivery tag of
	 * each token
	 * @param cancelled called when the broker has cancelled the consumer. It keeps the
	 * channel, and the token with it, so the channel must be closed
	 */
	void join(String consumerTag, BiConsumer<Long, Token> received, Runnable cancelled) throws IOException {
		Channel raw = this.channel.raw();
		raw.basicQos(PREFETCH);
		raw.basicConsume(this.queue, false, consumerTag, new DefaultConsumer(raw) {

			@Override
			public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
				received.accept(envelope.getDeliveryTag(), read(envelope, properties));
			}

			@Override
			public void handleCancel(String tag) {
				cancelled.run();
			}

		});
		offer();
	}

	private Token read(Envelope envelope, AMQP.BasicProperties properties) {
		return this.trust.isOf(envelope.getExchange(), envelope.getRoutingKey(), this.queue, properties)
				? Token.read(properties) : Token.readDistrusted(properties);
	}

	void offer() throws IOException {
		put(Token.ofCandidate());
	}

	void take(long deliveryTag, Token token) throws IOException {
		if (this.held != 0 && token.leader() == null) {
			// In the place of a leader's it would hide from the next that one has led.
			this.channel.raw().basicAck(deliveryTag, false);
			return;
		}
		if (this.held != 0) {
			this.channel.raw().basicAck(this.held, true);
		}
		this.held = deliveryTag;
		if (token.id().equals(this.awaited)) {
			this.awaited = null;
			this.back = true;
		}
		else if (token.leader() != null) {
			this.lastOfALeader = token;
		}
	}

	/** Publishes a fresh token, unless the one before has not come back. */
	void renew() throws IOException {
		if (this.awaited == null) {
			Token fresh = Token.ofLeader(this.replica);
			this.awaited = fresh.id();
			this.renewed = this.uptime.now();
			put(fresh);
		}
	}

	void leave(Cursor cursor) throws IOException {
		put(Token.leftBy(this.replica, cursor));
	}

	private void put(Token token) throws IOException {
		this.channel.publish("", this.queue, false, token.properties(this.trust), new byte[0], Confirm.UNHEARD);
	}

	/**
	 * Renews the token when it is time, and the broker accepts one.
	 * @throws BrokerUnavailableException if a fresh token is overdue
	 */
	void keep() throws IOException, BrokerUnavailableException {
		if (this.channel.accepting() && this.uptime.isOver(RENEWAL, this.renewed)) {
			renew();
		}
		if (this.awaited != null && this.channel.acceptingSince(this.renewed).compareTo(this.limit) > 0) {
			throw new BrokerUnavailableException("Gave up leadership: the baton was not renewed within " + this.limit,
					null);
		}
	}

	boolean isRenewed() {
		return this.back;
	}

	String queue() {
		return this.queue;
	}

	/**
	 * Returns the newest token that a leader before this term vouches for; {@code null}
	 * if there was none. Only known once a fresh token has come back.
	 */
	@Nullable Token lastOfALeader() {
		return this.lastOfALeader;
	}

}
