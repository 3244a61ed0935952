package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.leader.LeadershipStatus.JournalState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal, all the time and on a connection of its own, so that a replica which
 * is granted the baton knows what was published.
 *
 * <p>
 * A new leader publishes a marker on the channel that holds the baton, and waits until
 * the marker has been read here. The broker has put whatever an earlier leader published
 * into the stream before it moved the baton on, so all of that lies before the marker.
 * The reader is attached before the marker is published: one that attaches afterwards may
 * begin behind it.
 *
 * <p>
 * Reading begins an hour back, measured by the broker's clock, and after a disconnection
 * a little before it. The reader publishes a marker of its own and has caught up when it
 * reads that. If it has not met a checkpoint by then, because nobody led for an hour, it
 * begins again from the start.
 */
final class Journal {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	private static final Duration LOOK_BACK = Duration.ofHours(1);

	private static final Duration OVERLAP = Duration.ofMinutes(1);

	private static final int PREFETCH = 2000;

	private static final int ACKNOWLEDGE_EVERY = 500;

	private final BrokerConnector connector;

	private final String exchange;

	private final String queue;

	private final JournalProperties properties;

	private final Ledger ledger;

	private final Listener listener;

	private final Backoff backoff = new Backoff();

	private volatile JournalState state = JournalState.OFF;

	private volatile boolean stopping;

	private volatile boolean unsupported;

	private volatile boolean caughtUp;

	/** When the reader, having caught up, last knew everything. */
	private volatile long lastLive;

	private volatile @Nullable Thread thread;

	private volatile @Nullable CountDownLatch ended;

	/**
	 * Creates the reader; {@link #start()} starts it.
	 * @param listener told what happens, on the thread that reads
	 */
	Journal(BrokerConnector connector, String exchange, JournalProperties properties, Ledger ledger,
			Listener listener) {
		this.connector = connector;
		this.exchange = exchange;
		this.queue = properties.queue(exchange);
		this.properties = properties;
		this.ledger = ledger;
		this.listener = listener;
	}

	String queue() {
		return this.queue;
	}

	JournalState state() {
		return this.state;
	}

	/** Says whether the journal is being read and has been read to its end. */
	boolean hasCaughtUp() {
		return this.caughtUp;
	}

	/**
	 * Makes sure that the stream exists and records what is published to the exchange.
	 * @return {@code false} if the broker has no streams
	 * @throws BrokerRefusedException if a queue of that name exists that is no stream, or
	 * the user may not declare it
	 */
	boolean declare(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		if (this.unsupported || !connection.mayHaveStreams()) {
			return false;
		}
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", "stream");
		arguments.put("x-max-age", this.properties.maxAge().toSeconds() + "s");
		arguments.put("x-stream-max-segment-size-bytes", this.properties.maxSegmentSize().toBytes());
		try {
			this.connector.declareQueue(connection, "ticktock.journal.queue", this.queue, arguments);
		}
		catch (BrokerRefusedException ex) {
			String reason = ex.getMessage();
			if (ex.replyCode() == AMQP.NOT_IMPLEMENTED || reason.contains("invalid arg 'x-queue-type'")) {
				this.unsupported = true;
				return false;
			}
			if (ex.replyCode() != AMQP.PRECONDITION_FAILED || reason.contains("x-queue-type")) {
				throw ex;
			}
			logger.warn("The journal \"{}\" exists with different arguments and keeps them: {}", this.queue, reason);
		}
		this.connector.bind(connection, this.queue, this.exchange, "#");
		return true;
	}

	/** Begins to read, unless it has begun already. */
	void start() {
		if (this.thread == null) {
			this.stopping = false;
			this.state = JournalState.DETACHED;
			Thread started = new Thread(this::run, "journal");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	/** Stops reading. */
	void stop() {
		this.stopping = true;
		this.backoff.wake();
		CountDownLatch end = this.ended;
		if (end != null) {
			end.countDown();
		}
		this.thread = null;
	}

	private void run() {
		boolean fromTheStart = false;
		while (!this.stopping) {
			boolean restart = false;
			try {
				restart = read(fromTheStart) && !this.ledger.knowsCheckpoint();
			}
			catch (BrokerAwayException ex) {
				// One line per attempt is enough, and the replica writes that.
				logger.debug("Cannot read the journal: {}", ex.getMessage());
			}
			catch (BrokerUnavailableException | BrokerRefusedException ex) {
				if (!this.stopping) {
					logger.warn("Cannot read the journal: {}; retrying {}", ex.getMessage(), this.backoff.describe());
				}
			}
			catch (RuntimeException ex) {
				logger.error("Unexpected failure; reading the journal again", ex);
			}
			catch (InterruptedException ex) {
				return;
			}
			fromTheStart = restart;
			if (!restart) {
				this.state = JournalState.DETACHED;
				this.caughtUp = false;
				this.backoff.pause();
			}
		}
	}

	/**
	 * Reads until the connection ends.
	 * @return whether it ended because there was no checkpoint where it began
	 */
	private boolean read(boolean fromTheStart)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try (BrokerConnection connection = this.connector.connect("journal")) {
			this.connector.declareExchange(connection, this.exchange);
			if (!declare(connection)) {
				throw new BrokerUnavailableException("the broker no longer supports streams", null);
			}
			CountDownLatch end = new CountDownLatch(1);
			this.ended = end;
			Channel channel = connection.channel();
			channel.addShutdownListener((signal) -> end.countDown());
			channel.basicQos(PREFETCH);
			String offset = fromTheStart ? "first" : lookBack().toSeconds() + "s";
			Reader reader = new Reader(channel, end, fromTheStart);
			channel.basicConsume(this.queue, false, this.connector.consumerTag(), false, false,
					Map.of("x-stream-offset", offset), reader);
			this.backoff.connected();
			logger.debug("Reading the journal from {}", offset);
			mark(connection.channel(), reader.marker);
			end.await();
			if (!reader.restart && !this.stopping) {
				throw new BrokerUnavailableException("the broker stopped delivering from \"" + this.queue + "\"", null);
			}
			return reader.restart;
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new BrokerUnavailableException(BrokerConnection.reason(ex), ex);
		}
	}

	private Duration lookBack() {
		return (this.lastLive != 0) ? Duration.ofNanos(System.nanoTime() - this.lastLive).plus(OVERLAP) : LOOK_BACK;
	}

	private void mark(Channel channel, String marker) throws IOException {
		this.ledger.expect(marker);
		channel.basicPublish("", this.queue, marker(marker), new byte[0]);
	}

	/** Returns the properties of a marker. */
	static AMQP.BasicProperties marker(String id) {
		return new AMQP.BasicProperties.Builder().appId(TickMessage.APP_ID)
			.type(Ledger.MARKER_TYPE)
			.messageId(id)
			.deliveryMode(2)
			.build();
	}

	/**
	 * Hears how the reading goes.
	 */
	interface Listener {

		/** Everything that had been published when reading began has been read. */
		void caughtUp();

		/** A marker has been read. */
		void marked();

		/** A checkpoint has been read. */
		void checkpoint();

	}

	private final class Reader extends DefaultConsumer {

		private final CountDownLatch end;

		private final boolean fromTheStart;

		private final String marker = UUID.randomUUID().toString();

		private int unacknowledged;

		private volatile boolean restart;

		Reader(Channel channel, CountDownLatch end, boolean fromTheStart) {
			super(channel);
			this.end = end;
			this.fromTheStart = fromTheStart;
		}

		@Override
		public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
				throws IOException {
			try {
				Journal.this.ledger.read(envelope.getRoutingKey(), properties, body);
			}
			catch (IllegalArgumentException ex) {
				logger.warn("Ignoring a journal record that cannot be read: {}", ex.getMessage());
			}
			if (Ledger.MARKER_TYPE.equals(properties.getType())) {
				readMarker();
			}
			else if (Ledger.CHECKPOINT_TYPE.equals(properties.getType())) {
				Journal.this.listener.checkpoint();
			}
			if (Journal.this.caughtUp) {
				Journal.this.lastLive = System.nanoTime();
			}
			if (++this.unacknowledged >= ACKNOWLEDGE_EVERY) {
				this.unacknowledged = 0;
				getChannel().basicAck(envelope.getDeliveryTag(), true);
			}
		}

		private void readMarker() {
			if (!Journal.this.ledger.hasRead(this.marker)) {
				Journal.this.listener.marked();
			}
			else if (!this.fromTheStart && !Journal.this.ledger.knowsCheckpoint()) {
				this.restart = true;
				this.end.countDown();
			}
			else {
				Journal.this.caughtUp = true;
				Journal.this.state = JournalState.ATTACHED;
				Journal.this.listener.caughtUp();
			}
		}

		@Override
		public void handleCancel(String consumerTag) {
			this.end.countDown();
		}

	}

}
