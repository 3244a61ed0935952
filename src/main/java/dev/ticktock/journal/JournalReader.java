package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Marker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal over one channel until the channel closes. Has caught up when it has
 * read a marker of its own, which it publishes once it is attached.
 */
final class JournalReader extends DefaultConsumer {

	private static final Logger logger = LoggerFactory.getLogger(JournalReader.class);

	private static final int PREFETCH = 2000;

	private static final int ACKNOWLEDGE_EVERY = 500;

	private final CountDownLatch end = new CountDownLatch(1);

	private final String marker = UUID.randomUUID().toString();

	private final Ledger ledger;

	private final Listener listener;

	private final boolean fromTheStart;

	private int unacknowledged;

	private boolean caughtUp;

	private volatile boolean incomplete;

	/**
	 * Creates a reader.
	 * @param fromTheStart whether the first record that is read is the first of the
	 * journal
	 */
	JournalReader(Channel channel, Ledger ledger, boolean fromTheStart, Listener listener) {
		super(channel);
		this.ledger = ledger;
		this.fromTheStart = fromTheStart;
		this.listener = listener;
	}

	/**
	 * Attaches to the stream, then publishes the marker: a reader that attaches
	 * afterwards may begin behind it.
	 * @param lookBack how far back to begin, by the broker's clock
	 * @param marking the channel to publish the marker on
	 */
	void attach(String queue, String consumerTag, Duration lookBack, Channel marking) throws IOException {
		getChannel().addShutdownListener((signal) -> end());
		getChannel().basicQos(PREFETCH);
		String offset = this.fromTheStart ? "first" : lookBack.toSeconds() + "s";
		getChannel().basicConsume(queue, false, consumerTag, false, false, Map.of("x-stream-offset", offset), this);
		logger.debug("Reading the journal from {}", offset);
		this.ledger.expect(this.marker);
		marking.basicPublish("", queue, Marker.properties(this.marker), new byte[0]);
	}

	/**
	 * Waits for the end.
	 * @return whether it ended because there was no checkpoint where it began
	 */
	boolean awaitEnd() throws InterruptedException {
		this.end.await();
		return this.incomplete;
	}

	/** Ends the reading; called by any thread. */
	void end() {
		this.end.countDown();
	}

	@Override
	public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
			throws IOException {
		try {
			this.ledger.read(envelope.getRoutingKey(), properties, body);
		}
		catch (IllegalArgumentException ex) {
			logger.warn("Ignoring a journal record that cannot be read: {}", ex.getMessage());
		}
		if (Marker.TYPE.equals(properties.getType())) {
			readMarker();
		}
		else if (CheckpointMessage.TYPE.equals(properties.getType())) {
			this.listener.checkpoint();
		}
		if (this.caughtUp) {
			this.listener.live();
		}
		if (++this.unacknowledged >= ACKNOWLEDGE_EVERY) {
			this.unacknowledged = 0;
			getChannel().basicAck(envelope.getDeliveryTag(), true);
		}
	}

	private void readMarker() {
		if (!this.ledger.hasRead(this.marker)) {
			this.listener.marked();
		}
		else if (!this.fromTheStart && !this.ledger.knowsCheckpoint()) {
			this.incomplete = true;
			end();
		}
		else {
			this.caughtUp = true;
			this.listener.caughtUp();
		}
	}

	@Override
	public void handleCancel(String consumerTag) {
		end();
	}

	/**
	 * Hears how the reading goes, on the thread that reads.
	 */
	interface Listener {

		/** Everything that had been published when reading began has been read. */
		void caughtUp();

		/** Everything published so far has been read, but for what is under way. */
		void live();

		/** Somebody's marker has been read. */
		void marked();

		/** A checkpoint has been read. */
		void checkpoint();

	}

}
