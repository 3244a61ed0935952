package dev.ticktock.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;

import org.springframework.util.StringUtils;

/**
 * An exchange on a real broker, to which the test publishes in the place of TickTock.
 */
class TestExchange {

	private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

	private static final Duration PERIOD = Duration.ofMinutes(5);

	private static final String VALIDITY = "60000";

	private static final long CONFIRM_MILLIS = 10_000;

	private final String name = "cron.schedule." + UUID.randomUUID();

	private final Connection connection;

	private final Channel publisher;

	private final Set<String> returned = ConcurrentHashMap.newKeySet();

	/**
	 * Declares the exchange and that of its missed ticks.
	 * @param uri the broker
	 * @param autoDelete whether it goes with its last binding
	 */
	TestExchange(String uri, boolean autoDelete) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setAutomaticRecoveryEnabled(false);
		// The client reads a slash at the end as a virtual host without a name.
		factory.setUri(StringUtils.trimTrailingCharacter(uri, '/'));
		this.connection = factory.newConnection("test");
		this.publisher = this.connection.createChannel();
		this.publisher.exchangeDeclare(this.name, "topic", true, autoDelete, null);
		this.publisher.exchangeDeclare(missed(), "fanout", true);
		this.publisher.confirmSelect();
		this.publisher
			.addReturnListener((message) -> this.returned.add(String.valueOf(message.getProperties().getMessageId())));
	}

	String name() {
		return this.name;
	}

	String missed() {
		return this.name + ".missed";
	}

	Channel channel() throws IOException {
		return this.connection.createChannel();
	}

	/**
	 * Publishes a tick as TickTock does, and waits until it is in the queues.
	 * @param event the event
	 * @param number the number of the slot
	 * @return whether it is in any
	 */
	boolean publish(String event, int number) throws IOException, InterruptedException, TimeoutException {
		Instant slot = START.plus(PERIOD.multipliedBy(number));
		String id = id(event, number);
		String body = """
				{"event":"%s","slot":"%s","previous":"%s","next":"%s","validUntil":"%s"}""".formatted(event, slot,
				slot.minus(PERIOD), slot.plus(PERIOD), slot.plusSeconds(60));
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().messageId(id)
			.timestamp(Date.from(slot))
			.correlationId(UUID.randomUUID().toString())
			.contentType("application/json")
			.deliveryMode(2)
			.expiration(VALIDITY)
			.appId("ticktock")
			.type("tick")
			.headers(Map.of("event", event, "timestamp", Date.from(slot), "leader", "test"))
			.build();
		this.returned.remove(id);
		this.publisher.basicPublish(this.name, event, true, properties, body.getBytes(StandardCharsets.UTF_8));
		this.publisher.waitForConfirmsOrDie(CONFIRM_MILLIS);
		return !this.returned.remove(id);
	}

	/** Returns the {@code message_id} of a tick. */
	static String id(String event, int number) {
		return event + "@" + START.plus(PERIOD.multipliedBy(number));
	}

	/** Returns whether there is a queue of this name. */
	boolean hasQueue(String queue) throws IOException {
		return exists((channel) -> channel.queueDeclarePassive(queue));
	}

	/** Returns whether the exchange is still there. */
	boolean exists() throws IOException {
		return exists((channel) -> channel.exchangeDeclarePassive(this.name));
	}

	/** A queue of another connection exists, though it is locked. */
	private boolean exists(Question question) throws IOException {
		Channel channel = channel();
		try {
			question.ask(channel);
			return true;
		}
		catch (IOException ex) {
			if (ex.getCause() instanceof ShutdownSignalException signal
					&& signal.getReason() instanceof AMQP.Channel.Close close) {
				return close.getReplyCode() != AMQP.NOT_FOUND;
			}
			throw ex;
		}
		finally {
			channel.abort();
		}
	}

	/** Returns how many ticks wait in a queue. */
	int waiting(String queue) throws IOException {
		return ask(queue).getMessageCount();
	}

	/** Returns how many consumers a queue has. */
	int consumers(String queue) throws IOException {
		return ask(queue).getConsumerCount();
	}

	private AMQP.Queue.DeclareOk ask(String queue) throws IOException {
		Channel channel = channel();
		try {
			return channel.queueDeclarePassive(queue);
		}
		finally {
			channel.abort();
		}
	}

	/** Deletes what the test has made. */
	void delete(Collection<String> queues) throws IOException {
		try (Connection closed = this.connection) {
			Channel channel = closed.createChannel();
			for (String queue : queues) {
				channel.queueDelete(queue);
			}
			channel.exchangeDelete(this.name);
			channel.exchangeDelete(missed());
		}
	}

	/**
	 * A request that the broker refuses if there is no such thing.
	 */
	private interface Question {

		void ask(Channel channel) throws IOException;

	}

}
