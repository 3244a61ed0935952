package dev.ticktock.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.RabbitUtils;
import org.springframework.boot.json.JsonWriter;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Tells TickTock how the ticks of a job end, if it has the exchange for that. It has a
 * channel of its own, because the broker closes the channel of a publisher that it
 * refuses. A channel that is refused stays closed until the container connects again.
 * <p>
 * It has a thread of its own, and the connection for publishers: a broker that has an
 * alarm reads nothing from a connection that publishes, not even acknowledgements.
 */
class Outcomes {

	private static final Log logger = LogFactory.getLog(Outcomes.class);

	/** TickTock takes no body of more than 4096 bytes, and shows less. */
	private static final int LONGEST_MESSAGE = 500;

	/** How many outcomes wait while the broker takes none; the oldest are dropped. */
	private static final int MOST_WAITING = 1000;

	private static final double NANOS = 1e9;

	private final String exchange;

	private final Supplier<ConnectionFactory> factory;

	private final Executor executor;

	private @Nullable Channel channel;

	Outcomes(String exchange, Supplier<ConnectionFactory> factory) {
		this(exchange, factory, oneThread());
	}

	/**
	 * Creates an instance.
	 * @param exchange the exchange of outcomes
	 * @param factory the connections of the container
	 * @param executor runs one task at a time
	 */
	Outcomes(String exchange, Supplier<ConnectionFactory> factory, Executor executor) {
		this.exchange = exchange;
		this.factory = factory;
		this.executor = executor;
	}

	private static Executor oneThread() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("ticktock-outcomes-");
		threads.setDaemon(true);
		return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), threads,
				new ThreadPoolExecutor.DiscardOldestPolicy());
	}

	/** Opens the channel, unless it is open, if the broker has the exchange. */
	void connect() {
		this.executor.execute(() -> {
			if (this.channel == null || !this.channel.isOpen()) {
				this.channel = open();
			}
		});
	}

	private @Nullable Channel open() {
		try {
			ConnectionFactory consumers = this.factory.get();
			ConnectionFactory publishers = consumers.getPublisherConnectionFactory();
			Connection connection = ((publishers != null) ? publishers : consumers).createConnection();
			try {
				// One of the cache would open again when it has been closed.
				Channel opened = connection.getDelegate().createChannel();
				opened.exchangeDeclarePassive(this.exchange);
				return opened;
			}
			finally {
				RabbitUtils.closeConnection(connection);
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Outcomes are not published: " + ex);
			return null;
		}
	}

	/**
	 * Publishes how a tick has ended, soon.
	 * @param tick the properties of the tick
	 * @param failure what the job threw, or null if it is done
	 */
	void publish(MessageProperties tick, Instant startedAt, Duration took, @Nullable Throwable failure) {
		if (tick.getMessageId() != null) {
			this.executor.execute(() -> send(tick, startedAt, took, failure));
		}
	}

	private void send(MessageProperties tick, Instant startedAt, Duration took, @Nullable Throwable failure) {
		if (this.channel != null && isLost(this.channel)) {
			this.channel = open();
		}
		if (this.channel == null) {
			return;
		}
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("status", (failure != null) ? "failed" : "done");
		if (failure != null) {
			String message = (failure.getMessage() != null) ? failure.getMessage() : failure.toString();
			body.put("message", message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)));
		}
		body.put("startedAt", startedAt.toString());
		body.put("seconds", took.toNanos() / NANOS);
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().messageId(tick.getMessageId())
			.correlationId(tick.getCorrelationId())
			.contentType("application/json")
			.deliveryMode(2)
			.build();
		try {
			this.channel.basicPublish(this.exchange, TickConverter.event(tick), properties,
					JsonWriter.standard().writeToString(body).getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("Outcomes are not published until the next connection: " + ex.getMessage());
			this.channel = null;
		}
	}

	/** Whether its connection has ended; that of the container may be another. */
	private static boolean isLost(Channel channel) {
		ShutdownSignalException reason = channel.getCloseReason();
		return reason != null && reason.isHardError();
	}

}
