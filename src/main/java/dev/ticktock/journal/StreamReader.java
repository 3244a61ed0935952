package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a stream over one channel, from a {@link Position} on, until the channel closes.
 * The next reader goes on after the last record that this one has read, or steps over the
 * one that could not be read.
 */
abstract class StreamReader extends DefaultConsumer {

	private static final Logger logger = LoggerFactory.getLogger(StreamReader.class);

	/** A higher number, with rarer acknowledgements, makes reading slower. */
	static final int PREFETCH = 500;

	private final CountDownLatch end = new CountDownLatch(1);

	final String queue;

	final Position position;

	/** The delivery tag of the last record that was read. */
	private volatile long read;

	private long acknowledged;

	private volatile boolean cancelled;

	private volatile @Nullable ShutdownSignalException signal;

	StreamReader(Channel channel, String queue, Position position) {
		super(channel);
		this.queue = queue;
		this.position = position;
	}

	void attach(String consumerTag) throws IOException {
		getChannel().basicQos(PREFETCH);
		Object offset = this.position.offset();
		getChannel().basicConsume(this.queue, false, consumerTag, false, false, Map.of("x-stream-offset", offset),
				this);
		logger.debug("Reading \"{}\" from {}", this.queue, offset);
	}

	/** Takes a record in; called by one thread. */
	abstract void take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) throws IOException;

	final long read() {
		return this.read;
	}

	/** Acknowledges what has been read and returns true, if there is at least as much. */
	final synchronized boolean acknowledge(int atLeast) throws IOException {
		if (this.read - this.acknowledged < atLeast) {
			return false;
		}
		this.acknowledged = this.read;
		try {
			getChannel().basicAck(this.acknowledged, true);
		}
		catch (ShutdownSignalException ex) {
			logger.debug("Not acknowledged: {}", ex.getMessage());
		}
		return true;
	}

	/** Ends the reading; called by any thread. */
	final void end() {
		this.end.countDown();
	}

	final boolean awaitEnd(Duration patience) throws InterruptedException {
		return this.end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Throws why the broker has ended the reading, unless a record cannot be read. */
	final void throwFault() throws BrokerUnavailableException {
		ShutdownSignalException fault = this.signal;
		if (fault == null && this.cancelled) {
			throw new BrokerUnavailableException("the broker stopped delivering from \"" + this.queue + "\"", null);
		}
		if (fault != null) {
			if (!BrokerConnection.isUnreadable(fault)) {
				throw fault;
			}
			this.position.stepOver(BrokerConnection.reason(fault));
		}
	}

	@Override
	public final void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
			throws IOException {
		if (this.end.getCount() == 0) {
			// What has been delivered already is read again.
			return;
		}
		if (this.read == 0 && !this.position.isAt(properties)) {
			startOver();
			return;
		}
		this.position.read(properties);
		this.read = envelope.getDeliveryTag();
		try {
			take(envelope, properties, body);
		}
		catch (RuntimeException ex) {
			this.position.failed(ex);
		}
	}

	/** Called if this stream does not continue the records read before. */
	void startOver() {
		this.position.forget();
		end();
	}

	/** Called after all messages that were delivered. */
	@Override
	public final void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
		if (this.end.getCount() > 0) {
			this.signal = signal;
			end();
		}
	}

	@Override
	public final void handleCancel(String consumerTag) {
		this.cancelled = true;
		end();
	}

}
