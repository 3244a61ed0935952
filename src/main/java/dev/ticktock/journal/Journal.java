package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.Backoff;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Heart;
import dev.ticktock.time.Hearts;
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
 * {@link Position} determines where reading begins and where it goes on.
 */
public final class Journal {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	/** How often the reading is looked at. */
	private static final Duration WATCH = Duration.ofMillis(500);

	/** How long stopping waits for the goodbye. */
	private static final Duration STOP = Duration.ofSeconds(2);

	private final BrokerConnector connector;

	private final Topology topology;

	private final JournalProperties properties;

	private final JournalStream stream;

	private final Ledger ledger;

	private final Trust trust;

	private final Greeter greeter;

	private final WrongClock wrongClock;

	private final Position position;

	private final Uptime uptime;

	private final Backoff backoff;

	private final Trouble trouble = new Trouble();

	private final Heart heart;

	private volatile JournalState state = JournalState.OFF;

	private volatile boolean bindingDue;

	private volatile boolean stopping;

	private volatile @Nullable Thread thread;

	private volatile @Nullable JournalReader reader;

	/**
	 * Creates the journal; {@link #start} starts reading it.
	 * @param presence who says what this replica is, asked each time; {@code null} if
	 * nobody does
	 */
	public Journal(BrokerConnector connector, Topology topology, JournalProperties properties, MissedProperties missed,
			Ledger ledger, Trust trust, Supplier<@Nullable Presence> presence, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.topology = topology;
		this.properties = properties;
		this.stream = new JournalStream(connector, topology, properties, missed.enabled());
		this.ledger = ledger;
		this.trust = trust;
		this.greeter = new Greeter(topology.journal(), trust, presence, uptime);
		this.wrongClock = new WrongClock(ledger, uptime);
		this.position = new Position(uptime);
		this.uptime = uptime;
		this.backoff = new Backoff(uptime);
		this.heart = hearts.of("journal");
	}

	/** Returns the name of the stream. */
	public String queue() {
		return this.topology.journal();
	}

	/** Returns how old the oldest record can be. */
	Duration maxAge() {
		return this.properties.maxAge();
	}

	/** Returns whether the journal is read. */
	public JournalState state() {
		return this.state;
	}

	/**
	 * Throws what the broker refused at the last attempt to read; nothing if it did not.
	 */
	public void throwRefusal() throws BrokerRefusedException {
		this.trouble.throwRefusal();
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
		return this.stream.declare(connection);
	}

	/**
	 * Requests that the stream is bound to the exchange again, on the connection that
	 * reads. A refusal of the broker is logged and does not end the reading.
	 */
	public void bindAgain() {
		this.bindingDue = true;
	}

	/** Whether a requested binding has not been made yet. */
	public boolean isBindingDue() {
		return this.bindingDue;
	}

	/**
	 * Returns whether reading has begun. The reader declares the stream if it is missing.
	 */
	public boolean isStarted() {
		return this.thread != null && !this.stream.isUnsupported();
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
			started.start();
			// Not before: without another native thread, it has not begun.
			this.thread = started;
		}
	}

	/** Says goodbye and stops reading. */
	public void stop() {
		this.stopping = true;
		this.backoff.wake();
		JournalReader current = this.reader;
		if (current != null) {
			current.end();
		}
		Thread running = this.thread;
		this.thread = null;
		if (running != null) {
			try {
				running.join(STOP.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void run(JournalListener listener) {
		while (!this.stopping) {
			boolean atOnce = false;
			try {
				atOnce = readOnce(listener);
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
			this.state = JournalState.DETACHED;
			if (!atOnce) {
				this.backoff.pause();
			}
		}
		this.heart.stop();
	}

	/** Must not fail, whatever has happened: with it the thread would end. */
	private void failed(Throwable fault) {
		try {
			logger.error("Unexpected failure; reading the journal again", fault);
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next attempt may.
			return;
		}
	}

	/**
	 * Reads until the connection ends or cannot be opened.
	 * @return whether to read on at once
	 */
	private boolean readOnce(JournalListener listener) {
		try {
			return read(listener);
		}
		catch (BrokerUnavailableException ex) {
			if (!this.stopping) {
				this.trouble.unavailable(ex, this.backoff.describe());
			}
		}
		catch (BrokerRefusedException ex) {
			if (!this.stopping) {
				this.trouble.refused(ex, this.backoff.describe());
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted while reading the journal");
		}
		return false;
	}

	/**
	 * Reads until the connection ends.
	 * @return whether to read on at once, at another position
	 */
	private boolean read(JournalListener listener)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		this.heart.rest();
		try (BrokerConnection connection = this.connector.connect("journal")) {
			JournalReader attached = attach(connection, listener);
			this.backoff.connected();
			try {
				return follow(connection, attached) && ended(attached);
			}
			finally {
				attached.end();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			BrokerRefusedException refusal = this.connector.refusal(this.topology.exchange(), ex);
			if (refusal != null) {
				throw refusal;
			}
			throw new BrokerUnavailableException(BrokerConnection.reason(ex), ex);
		}
	}

	/**
	 * Declares the stream only if it is missing: a cluster with a silent node can hang on
	 * a declaration and still deliver.
	 */
	private JournalReader attach(BrokerConnection connection, JournalListener listener)
			throws IOException, BrokerUnavailableException, BrokerRefusedException {
		try {
			return attachTo(connection, listener);
		}
		catch (IOException ex) {
			if (BrokerConnection.replyCode(ex) != AMQP.NOT_FOUND) {
				throw ex;
			}
		}
		if (!declare(connection)) {
			throw new BrokerUnavailableException("the broker no longer supports streams", null);
		}
		return attachTo(connection, listener);
	}

	private JournalReader attachTo(BrokerConnection connection, JournalListener listener)
			throws IOException, BrokerUnavailableException {
		JournalReader attached = new JournalReader(connection.channel(), connection.channel(), queue(), this.trust,
				this.ledger, this.position, this.uptime,
				new Following(listener, this.trouble, () -> this.state = JournalState.ATTACHED));
		this.reader = attached;
		attached.attach(this.connector.consumerTag());
		return attached;
	}

	/**
	 * Returns {@code false} if reading has to begin again because the clock was wrong.
	 */
	private boolean follow(BrokerConnection connection, JournalReader attached)
			throws IOException, BrokerUnavailableException, InterruptedException {
		while (!this.stopping && !attached.awaitEnd(WATCH)) {
			this.heart.beat(WATCH);
			attached.look();
			if (this.state == JournalState.ATTACHED && !attached.isBlocked()) {
				this.greeter.look(connection);
			}
			if (this.bindingDue && !attached.isBlocked()) {
				this.heart.rest();
				this.stream.bindAgain(connection);
				this.bindingDue = false;
			}
			if (this.wrongClock.hasMisled()) {
				attached.end();
				this.state = JournalState.DETACHED;
				this.position.forget();
				this.ledger.forget();
				logger.warn("The clock was wrong; reading the journal again");
				return false;
			}
		}
		if (this.stopping && !attached.isBlocked()) {
			this.greeter.leave(connection);
		}
		return true;
	}

	/**
	 * Evaluates how reading has ended.
	 * @return whether to read on at once, at another position
	 */
	private boolean ended(JournalReader attached) throws BrokerUnavailableException {
		Throwable fault = attached.fault();
		if (this.stopping || attached.isToBeginAgain()) {
			return !this.stopping;
		}
		if (fault == null) {
			throw new BrokerUnavailableException("the broker stopped delivering from \"" + queue() + "\"", null);
		}
		boolean unreadable = BrokerConnection.isUnreadable(fault);
		if (fault instanceof ShutdownSignalException signal && !unreadable) {
			throw signal;
		}
		this.position.fail(unreadable, BrokerConnection.reason(fault));
		return unreadable;
	}

}
