package dev.ticktock.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.ChannelProxy;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.boot.json.JsonWriter;

/**
 * Tells TickTock how the ticks of a job end, if it has the exchange for that. It has a
 * channel of its own, because the broker closes the channel of a publisher that it
 * refuses. A channel that is closed stays so until the container connects again.
 */
class Outcomes {

	private static final Log logger = LogFactory.getLog(Outcomes.class);

	/** TickTock takes no body of more than 4096 bytes, and shows less. */
	private static final int LONGEST_MESSAGE = 500;

	private static final double NANOS = 1e9;

	private final String exchange;

	private @Nullable Channel channel;

	Outcomes(String exchange) {
		this.exchange = exchange;
	}

	/** Opens the channel, unless it is open, if the broker has the exchange. */
	synchronized void connect(Connection connection) {
		if (this.channel != null && this.channel.isOpen()) {
			return;
		}
		Channel opened = connection.createChannel(false);
		// The proxy would open another channel when this one has been closed.
		Channel own = (opened instanceof ChannelProxy proxy) ? proxy.getTargetChannel() : opened;
		try {
			own.exchangeDeclarePassive(this.exchange);
			this.channel = own;
		}
		catch (IOException | ShutdownSignalException ex) {
			logger.debug("Outcomes are not published: " + ex);
			this.channel = null;
		}
	}

	/**
	 * Publishes how a tick has ended.
	 * @param tick the properties of the tick
	 * @param failure what the job threw, or null if it is done
	 */
	synchronized void publish(MessageProperties tick, Instant startedAt, Duration took, @Nullable Throwable failure) {
		if (this.channel == null || tick.getMessageId() == null) {
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
		catch (IOException | ShutdownSignalException ex) {
			logger.warn("Outcomes are not published until the next connection: " + ex.getMessage());
			this.channel = null;
		}
	}

}
