package dev.ticktock.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether messages are ready in queues, by declaring them passively: that changes
 * nothing. Uses a channel of its own, because a refusal closes it. Called by one thread.
 *
 * <p>
 * What is ready is what {@code x-max-length} and {@code x-max-length-bytes} count, in
 * classic queues as in quorum queues; what a consumer holds unacknowledged does not
 * count. For a quorum queue without a leader RabbitMQ answers that nothing is ready.
 */
final class QueueLook {

	/** How long one question may hold up the thread; the answer can come later. */
	private static final Duration PATIENCE = Duration.ofMillis(300);

	/** For how long an answer serves the other events of the queue. */
	private static final Duration MEMORY = Duration.ofSeconds(1);

	private final BrokerConnection connection;

	private final Uptime uptime;

	private final Map<String, Content> seen = new HashMap<>();

	private Duration seenSince = Duration.ZERO;

	private @Nullable Channel channel;

	private @Nullable Question question;

	private boolean denied;

	QueueLook(BrokerConnection connection, Uptime uptime) {
		this.connection = connection;
		this.uptime = uptime;
	}

	/** Forgets what is too old. */
	void begin() {
		if (this.uptime.isOver(MEMORY, this.seenSince)) {
			this.seen.clear();
			this.seenSince = this.uptime.now();
		}
	}

	/**
	 * Returns what is in a queue; {@code null} if the broker has not answered yet.
	 */
	@Nullable Content into(String queue) throws InterruptedException {
		try {
			if (this.question != null && !hear(this.question)) {
				return null;
			}
			if (this.denied) {
				return Content.SOMETHING;
			}
			Content known = this.seen.get(queue);
			if (known != null) {
				return known;
			}
			Question asked = ask(queue);
			this.question = asked;
			return hear(asked) ? this.seen.get(queue) : null;
		}
		catch (BrokerUnavailableException | IOException | ShutdownSignalException ex) {
			// If the connection is lost, the term hears of it.
			this.channel = null;
			this.question = null;
			return null;
		}
	}

	private Question ask(String queue) throws BrokerUnavailableException, IOException {
		Channel open = this.channel;
		if (open == null || !open.isOpen()) {
			open = this.connection.channel();
			this.channel = open;
		}
		return new Question(queue,
				open.asyncCompletableRpc(new AMQP.Queue.Declare.Builder().queue(queue).passive().build()));
	}

	/** Returns whether there is an answer. */
	private boolean hear(Question asked) throws InterruptedException {
		try {
			Command answer = asked.answer().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			boolean ready = answer.getMethod() instanceof AMQP.Queue.DeclareOk ok && ok.getMessageCount() > 0;
			this.seen.put(asked.queue(), ready ? Content.SOMETHING : Content.NOTHING);
		}
		catch (ExecutionException ex) {
			this.channel = null;
			refused(asked.queue(), BrokerConnection.replyCode(ex));
		}
		catch (TimeoutException ex) {
			return false;
		}
		this.question = null;
		return true;
	}

	private void refused(String queue, int code) {
		switch (code) {
			// Of RabbitMQ from 4.2.6 on, which breaks no channel. To ask once is enough:
			// each refusal is a line of the broker's log.
			case AMQP.ACCESS_REFUSED -> {
				this.denied = true;
				this.seen.put(queue, Content.SOMETHING);
			}
			case AMQP.RESOURCE_LOCKED -> this.seen.put(queue, Content.UNKNOWN);
			default -> this.seen.put(queue, Content.UNREACHABLE);
		}
	}

	/**
	 * What a queue has that is ready to be delivered.
	 */
	enum Content {

		/** Nothing, so it is not full. */
		NOTHING,

		/** Something, or the broker does not let this account look: it may be full. */
		SOMETHING,

		/** The queue belongs to another connection, which alone can look. */
		UNKNOWN,

		/** The queue is gone, or its node. */
		UNREACHABLE

	}

	private record Question(String queue, CompletableFuture<Command> answer) {

	}

}
