package dev.ticktock.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Envelope;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker that remembers what it receives and when.
 */
public final class Recorder {

	private final List<Receipt> receipts = Collections.synchronizedList(new ArrayList<>());

	/** Starts to record on a queue that exists. */
	public Recorder(Connection connection, String queue) throws IOException {
		Channel channel = connection.createChannel();
		channel.basicConsume(queue, true, (tag, delivery) -> this.receipts.add(new Receipt(delivery.getEnvelope(),
				delivery.getProperties(), new String(delivery.getBody(), StandardCharsets.UTF_8), Instant.now())),
				(tag) -> {
				});
	}

	/**
	 * Declares a durable topic exchange and a queue bound to it, and starts to record.
	 */
	public static Recorder bind(Connection connection, String exchange, String queue, String key) throws IOException {
		return bind(connection, exchange, queue, key, Map.of());
	}

	/** Does so with arguments of the binding, such as the line of a schedule. */
	public static Recorder bind(Connection connection, String exchange, String queue, String key,
			Map<String, Object> arguments) throws IOException {
		Channel channel = connection.createChannel();
		channel.exchangeDeclare(exchange, "topic", true);
		channel.queueDeclare(queue, true, false, false, Map.of());
		channel.queueBind(queue, exchange, key, arguments);
		return new Recorder(connection, queue);
	}

	public List<Receipt> receipts() {
		return List.copyOf(this.receipts);
	}

	/** Returns what has come, and forgets it. */
	public List<Receipt> take() {
		synchronized (this.receipts) {
			List<Receipt> taken = receipts();
			this.receipts.clear();
			return taken;
		}
	}

	public List<Receipt> await(int count, Duration atMost) {
		Awaitility.await(count + " ticks")
			.atMost(atMost)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.receipts.size() >= count);
		return receipts();
	}

	/** Fails unless one slot follows the other, without a gap and without a copy. */
	public static void assertGapless(List<Receipt> receipts, Duration step) {
		assertThat(receipts).isNotEmpty();
		assertThat(receipts).extracting(Receipt::slot)
			.isEqualTo(
					Stream.iterate(receipts.get(0).slot(), (slot) -> slot.plus(step)).limit(receipts.size()).toList());
	}

	/**
	 * What came, and when.
	 */
	public record Receipt(Envelope envelope, AMQP.BasicProperties properties, String body, Instant at) {

		public String event() {
			return this.envelope.getRoutingKey();
		}

		public Instant slot() {
			return this.properties.getTimestamp().toInstant();
		}

		/** Returns the time from the slot to the receipt. */
		public Duration lag() {
			return Duration.between(slot(), this.at);
		}

	}

}
