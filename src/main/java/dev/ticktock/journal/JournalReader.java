package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Uptime;
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

	private final CountDownLatch end = new CountDownLatch(1);

	private final String marker = UUID.randomUUID().toString();

	private final String queue;

	private final Channel marking;

	private final Trust trust;

	private final Ledger ledger;

	private final boolean fromTheStart;

	private final Uptime uptime;

	private final Listener listener;

	private int unacknowledged;

	private boolean caughtUp;

	private volatile boolean awaiting;

	private volatile boolean blocked;

	private volatile boolean incomplete;

	private long recordsSeen = -1;

	private Duration progressed = Duration.ZERO;

	private Duration marked = Duration.ZERO;

	/**
	 * Creates a reader.
	 * @param channel the channel to read on
	 * @param marking the channel to publish markers on
	 * @param fromTheStart whether the first record that is read is the first of the
	 * journal
	 */
	JournalReader(Channel channel, Channel marking, String queue, Trust trust, Ledger ledger, boolean fromTheStart,
			Uptime uptime, Listener listener) {
		super(channel);
		this.marking = marking;
		this.queue = queue;
		this.trust = trust;
		this.ledger = ledger;
		this.fromTheStart = fromTheStart;
		this.uptime = uptime;
		this.listener = listener;
	}

	/**
	 * Attaches to the stream, then publishes the marker: a reader that attaches
	 * afterwards may begin behind it.
	 * @param lookBack how far back to begin, by the broker's clock
	 */
	void attach(String consumerTag, Duration lookBack) throws IOException {
		getChannel().addShutdownListener((signal) -> end());
		getChannel().getConnection().addBlockedListener(new Blockade());
		this.ledger.live(false);
		getChannel().basicQos(PREFETCH);
		String offset = this.fromTheStart ? "first" : Math.max(1, lookBack.toSeconds()) + "s";
		getChannel().basicConsume(this.queue, false, consumerTag, false, false, Map.of("x-stream-offset", offset),
				this);
		logger.debug("Reading the journal from {}", offset);
		mark();
	}

	private void mark() throws IOException {
		this.awaiting = true;
		this.ledger.expect(this.marker);
		this.marked = this.uptime.now();
		this.marking.basicPublish("", this.queue, Marker.properties(this.marker, this.trust), new byte[0]);
	}

	/**
	 * Waits for the end.
	 * @return whether it has come
	 */
	boolean awaitEnd(Duration patience) throws InterruptedException {
		return this.end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Says whether the reading ended because there was no checkpoint where it began. */
	boolean isIncomplete() {
		return this.incomplete;
	}

	/** Says whether the broker takes no messages from this connection. */
	boolean isBlocked() {
		return this.blocked;
	}

	/** Ends the reading; called by any thread. */
	void end() {
		this.end.countDown();
	}

	/**
	 * Makes sure that the reading goes on.
	 * @throws BrokerUnavailableException if it has stalled
	 */
	void look() throws IOException, BrokerUnavailableException {
		long read = this.ledger.records();
		if (read != this.recordsSeen || this.blocked) {
			this.recordsSeen = read;
			this.progressed = this.uptime.now();
		}
		if (this.blocked) {
			return;
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
		try {
			this.ledger.read(envelope, properties, body);
			tell(properties);
		}
		catch (IllegalArgumentException ex) {
			logger.warn("Ignoring a journal record that cannot be read: {}", ex.getMessage());
		}
		catch (RuntimeException | Error ex) {
			end();
			logger.error("Unexpected failure; reading the journal again", ex);
		}
		if (++this.unacknowledged >= ACKNOWLEDGE_EVERY) {
			this.unacknowledged = 0;
			getChannel().basicAck(envelope.getDeliveryTag(), true);
		}
	}

	private void tell(AMQP.BasicProperties properties) {
		if (Marker.TYPE.equals(properties.getType())) {
			readMarker();
		}
		else if (CheckpointMessage.TYPE.equals(properties.getType())) {
			this.listener.checkpoint();
		}
		if (this.caughtUp) {
			this.listener.live();
		}
	}

	private void readMarker() {
		if (!this.ledger.hasRead(this.marker)) {
			this.listener.marked();
			return;
		}
		this.awaiting = false;
		if (this.caughtUp) {
			return;
		}
		if (!this.fromTheStart && !this.ledger.knowsCheckpoint()) {
			this.incomplete = true;
			end();
		}
		else {
			this.caughtUp = true;
			this.ledger.live(true);
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

	/**
	 * While the broker takes no messages, no marker can come back.
	 */
	private final class Blockade implements BlockedListener {

		@Override
		public void handleBlocked(String reason) {
			JournalReader.this.blocked = true;
		}

		@Override
		public void handleUnblocked() {
			JournalReader.this.blocked = false;
		}

	}

}
