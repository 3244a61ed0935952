package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.Backoff;
import dev.ticktock.broker.BrokerAwayException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.time.Uptime;
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
 *
 * <p>
 * Reading begins an hour back, measured by the broker's clock, and after a disconnection
 * a little before it. If the reader has not met a checkpoint by the time it has caught
 * up, because nobody led for an hour, it begins again from the start.
 */
public final class Journal {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	private static final Duration LOOK_BACK = Duration.ofHours(1);

	private static final Duration OVERLAP = Duration.ofMinutes(1);

	private final BrokerConnector connector;

	private final String exchange;

	private final JournalProperties properties;

	private final Ledger ledger;

	private final Uptime uptime;

	private final Backoff backoff;

	private volatile JournalState state = JournalState.OFF;

	private volatile boolean stopping;

	private volatile boolean unsupported;

	/** When the reader, having caught up, last knew everything; {@code null} if never. */
	private volatile @Nullable Duration lastLive;

	private volatile @Nullable Thread thread;

	private volatile @Nullable JournalReader reader;

	/**
	 * Creates the journal; {@link #start} starts reading it.
	 */
	public Journal(BrokerConnector connector, String exchange, JournalProperties properties, Ledger ledger,
			Uptime uptime) {
		this.connector = connector;
		this.exchange = exchange;
		this.properties = properties;
		this.ledger = ledger;
		this.uptime = uptime;
		this.backoff = new Backoff(uptime);
	}

	/** Returns the name of the stream. */
	public String queue() {
		return this.properties.queue(this.exchange);
	}

	/** Returns whether the journal is read. */
	public JournalState state() {
		return this.state;
	}

	/** Returns what has been read. */
	public Ledger ledger() {
		return this.ledger;
	}

	/** Says whether the journal is switched on. */
	public boolean isEnabled() {
		return this.properties.enabled();
	}

	/**
	 * Makes sure that the stream exists and records what is published to the exchange.
	 * @return {@code false} if the broker has no streams
	 * @throws BrokerRefusedException if a queue of that name exists that is no stream, or
	 * the user may not declare it
	 */
	public boolean declare(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		if (this.unsupported || !connection.dialect().mayHaveStreams()) {
			return false;
		}
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", "stream");
		arguments.put("x-max-age", this.properties.maxAge().toSeconds() + "s");
		arguments.put("x-stream-max-segment-size-bytes", this.properties.maxSegmentSize().toBytes());
		try {
			this.connector.declareQueue(connection, "ticktock.journal.queue", queue(), arguments);
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
			logger.warn("The journal \"{}\" exists with different arguments and keeps them: {}", queue(), reason);
		}
		this.connector.bind(connection, queue(), this.exchange, "#");
		return true;
	}

	/**
	 * Begins to read, unless it has begun already.
	 */
	public void start(JournalListener listener) {
		if (this.thread == null) {
			this.stopping = false;
			this.state = JournalState.DETACHED;
			Thread started = new Thread(() -> run(listener), "journal");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	/** Stops reading. */
	public void stop() {
		this.stopping = true;
		this.backoff.wake();
		JournalReader current = this.reader;
		if (current != null) {
			current.end();
		}
		this.thread = null;
	}

	private void run(JournalListener listener) {
		boolean fromTheStart = false;
		while (!this.stopping) {
			boolean restart = false;
			try {
				restart = read(fromTheStart, listener) && !this.ledger.knowsCheckpoint();
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
				this.backoff.pause();
			}
		}
	}

	/**
	 * Reads until the connection ends.
	 * @return whether it ended because there was no checkpoint where it began
	 */
	private boolean read(boolean fromTheStart, JournalListener listener)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try (BrokerConnection connection = this.connector.connect("journal")) {
			this.connector.declareExchange(connection, this.exchange);
			if (!declare(connection)) {
				throw new BrokerUnavailableException("the broker no longer supports streams", null);
			}
			JournalReader attached = new JournalReader(connection.channel(), this.ledger, fromTheStart,
					new Following(listener));
			this.reader = attached;
			if (this.stopping) {
				return false;
			}
			attached.attach(queue(), this.connector.consumerTag(), lookBack(), connection.channel());
			this.backoff.connected();
			boolean restart = attached.awaitEnd();
			if (!restart && !this.stopping) {
				throw new BrokerUnavailableException("the broker stopped delivering from \"" + queue() + "\"", null);
			}
			return restart;
		}
		catch (IOException | ShutdownSignalException ex) {
			throw new BrokerUnavailableException(BrokerConnection.reason(ex), ex);
		}
	}

	private Duration lookBack() {
		Duration last = this.lastLive;
		return (last != null) ? this.uptime.since(last).plus(OVERLAP) : LOOK_BACK;
	}

	/**
	 * Keeps the state in step with what the reader says.
	 */
	private final class Following implements JournalReader.Listener {

		private final JournalListener listener;

		Following(JournalListener listener) {
			this.listener = listener;
		}

		@Override
		public void caughtUp() {
			Journal.this.state = JournalState.ATTACHED;
			this.listener.advanced();
		}

		@Override
		public void live() {
			Journal.this.lastLive = Journal.this.uptime.now();
		}

		@Override
		public void marked() {
			this.listener.advanced();
		}

		@Override
		public void checkpoint() {
			this.listener.checkpoint();
		}

	}

}
