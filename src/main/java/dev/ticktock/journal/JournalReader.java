package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.Blockade;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal over one channel until the channel closes. Has caught up when it has
 * read a marker of its own, which it publishes once it is attached. When nothing comes
 * for a while it publishes another, to tell a silent journal from a reading that has
 * stalled.
 */
final class JournalReader extends DefaultConsumer {

	private static final Logger logger = LoggerFactory.getLogger(JournalReader.class);

	/** How long nothing may come before the reader asks whether anything would. */
	static final Duration SILENCE = Duration.ofSeconds(30);

	/** How long a marker may be under way before another is sent after it. */
	static final Duration RESEND = Duration.ofSeconds(5);

	/** How long nothing may come while a marker is under way. */
	static final Duration STALLED = Duration.ofSeconds(15);

	private static final int PREFETCH = 2000;

	private static final int ACKNOWLEDGE_EVERY = 500;

	/** Brokers close a channel that holds a delivery for too long. */
	private static final Duration ACKNOWLEDGE_AFTER = Duration.ofSeconds(5);

	private final CountDownLatch end = new CountDownLatch(1);

	private final String marker = UUID.randomUUID().toString();

	private final String queue;

	private final Blockade blockade;

	private final Channel marking;

	private final Trust trust;

	private final Ledger ledger;

	private final Position position;

	private final Uptime uptime;

	private final JournalListener listener;

	private final Runnable attached;

	private final boolean goesOn;

	/** The delivery tag of the last record that was read. */
	private volatile long read;

	private long acknowledged;

	private Duration acknowledgedAt = Duration.ZERO;

	private boolean caughtUp;

	private volatile boolean awaiting;

	private volatile boolean again;

	private volatile @Nullable RuntimeException fault;

	private long recordsSeen = -1;

	private Duration progressed = Duration.ZERO;

	private Duration marked = Duration.ZERO;

	/**
	 * Creates a reader.
	 * @param channel the channel to read on
	 * @param marking the channel to publish markers on
	 * @param position where reading goes on
	 * @param attached called once everything that had been published when reading began
	 * has been read, before the listener is
	 */
	JournalReader(Channel channel, Channel marking, String queue, Trust trust, Ledger ledger, Position position,
			Uptime uptime, JournalListener listener, Runnable attached) {
		super(channel);
		this.blockade = Blockade.of(channel.getConnection(), uptime);
		this.marking = marking;
		this.queue = queue;
		this.trust = trust;
		this.ledger = ledger;
		this.position = position;
		this.goesOn = position.isKnown();
		this.uptime = uptime;
		this.listener = listener;
		this.attached = attached;
	}

	/**
	 * Attaches to the stream, then publishes the marker: a reader that attaches
	 * afterwards may begin behind it.
	 */
	void attach(String consumerTag) throws IOException {
		this.ledger.live(false);
		getChannel().basicQos(PREFETCH);
		Object offset = this.position.offset();
		this.progressed = this.uptime.now();
		getChannel().basicConsume(this.queue, false, consumerTag, false, false, Map.of("x-stream-offset", offset),
				this);
		logger.debug("Reading the journal from {}", offset);
		mark();
	}

	private void mark() throws IOException {
		this.awaiting = true;
		this.marked = this.uptime.now();
		ControlMessage message = ControlMessage.marker(this.marker, null, this.trust);
		try {
			this.marking.basicPublish("", this.queue, false, message.properties(), message.body());
		}
		catch (ShutdownSignalException ex) {
			if (!ex.isHardError()) {
				// The broker refuses the marker, on a channel where nothing is delivered.
				throw ex;
			}
			// Messages that were delivered before are read first; then the signal comes.
			logger.debug("Not marked: {}", ex.getMessage());
		}
	}

	/**
	 * Waits for the end.
	 * @return whether it has come
	 */
	boolean awaitEnd(Duration patience) throws InterruptedException {
		return this.end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Returns whether the reading ended because it began at the wrong place. */
	boolean isToBeginAgain() {
		return this.again;
	}

	/**
	 * Returns the failure that ended the reading; {@code null} if the broker cancelled
	 * it, or this reader ended it.
	 */
	@Nullable RuntimeException fault() {
		return this.fault;
	}

	/** Returns whether the broker takes no messages from this connection. */
	boolean isBlocked() {
		return this.blockade.isOn();
	}

	/** Ends the reading; called by any thread. */
	void end() {
		this.end.countDown();
	}

	/**
	 * Makes sure that the reading goes on.
	 * @throws BrokerUnavailableException if it has stalled
	 */
	void check() throws IOException, BrokerUnavailableException {
		acknowledge();
		long now = this.ledger.records();
		if (now != this.recordsSeen || this.blockade.isOn()) {
			this.recordsSeen = now;
			this.progressed = this.uptime.now();
		}
		if (this.blockade.isOn()) {
			return;
		}
		if (this.goesOn && this.read == 0 && this.uptime.isOver(RESEND, this.progressed)) {
			// The stream is a new one, or has lost its end.
			beginAgain();
		}
		if (this.awaiting) {
			if (this.uptime.isOver(STALLED, this.progressed)) {
				throw new BrokerUnavailableException(
						"nothing was read from \"%s\" within %d s".formatted(this.queue, STALLED.toSeconds()), null);
			}
			if (this.uptime.isOver(RESEND, this.marked)) {
				mark();
			}
		}
		else if (this.uptime.isOver(SILENCE, this.progressed)) {
			mark();
		}
	}

	@Override
	public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
			throws IOException {
		if (this.end.getCount() == 0) {
			// What has been delivered already is read again.
			return;
		}
		if (this.goesOn && this.read == 0 && !this.position.isAt(properties)) {
			beginAgain();
			return;
		}
		try {
			take(envelope, properties, body);
		}
		catch (RuntimeException ex) {
			this.fault = ex;
			end();
		}
		this.read = envelope.getDeliveryTag();
		acknowledge();
	}

	private void take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		JournalRecord record = this.ledger.read(envelope, properties, body);
		this.position.read(properties, record != null);
		if (record instanceof JournalRecord.Marker read && read.id().equals(this.marker)) {
			readOwnMarker();
		}
		else if (record instanceof JournalRecord.Marker) {
			this.listener.advanced();
		}
		else if (record instanceof JournalRecord.CheckpointRecord) {
			this.position.readCheckpoint();
			this.listener.checkpoint();
		}
	}

	private synchronized void acknowledge() throws IOException {
		long unacknowledged = this.read - this.acknowledged;
		if (unacknowledged >= ACKNOWLEDGE_EVERY
				|| (unacknowledged > 0 && this.uptime.isOver(ACKNOWLEDGE_AFTER, this.acknowledgedAt))) {
			this.acknowledged = this.read;
			this.acknowledgedAt = this.uptime.now();
			try {
				getChannel().basicAck(this.acknowledged, true);
			}
			catch (ShutdownSignalException ex) {
				logger.debug("Not acknowledged: {}", ex.getMessage());
			}
		}
	}

	private void readOwnMarker() {
		this.awaiting = false;
		if (this.caughtUp) {
			return;
		}
		if (this.position.isIncomplete()) {
			this.position.rewind();
			this.again = true;
			end();
		}
		else {
			this.caughtUp = true;
			this.ledger.live(true);
			this.attached.run();
			this.listener.advanced();
		}
	}

	/**
	 * Begins five minutes back: this stream does not continue the records read before.
	 */
	private void beginAgain() {
		this.position.forget();
		this.again = true;
		end();
	}

	/** Called after all messages that were delivered. */
	@Override
	public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
		if (this.fault == null) {
			this.fault = signal;
		}
		end();
	}

	@Override
	public void handleCancel(String consumerTag) {
		end();
	}

}
