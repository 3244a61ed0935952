package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.Backoff;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerLoop;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ReplicaInfo;
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

	/** How often the reading is checked. */
	private static final Duration WATCH = Duration.ofMillis(500);

	/** The shortest time between two readings of what was passed over. */
	private static final Duration REREAD = Duration.ofMinutes(1);

	/** How long stopping waits for the last record. */
	private static final Duration STOP = Duration.ofSeconds(2);

	private final BrokerConnector connector;

	private final Topology topology;

	private final JournalProperties properties;

	private final JournalStream stream;

	private final Ledger ledger;

	private final Trust trust;

	private final ReplicaInfoWriter self;

	private final Position position;

	private final Uptime uptime;

	private final Heart heart;

	private final BrokerLoop loop;

	private volatile @Nullable JournalListener listener;

	private volatile JournalState state = JournalState.OFF;

	private volatile boolean bindingDue;

	/** What the broker refused at the last attempt; {@code null} if it did not. */
	private volatile @Nullable BrokerRefusedException refusal;

	/** When the journal was last read again because of a wrong clock. */
	private Duration reread = Duration.ZERO;

	private volatile @Nullable JournalReader reader;

	/**
	 * Creates the journal; {@link #start} starts reading it.
	 * @param self returns the state of this replica; {@code null} if it is not known
	 */
	public Journal(BrokerConnector connector, Topology topology, JournalProperties properties, MissedProperties missed,
			Ledger ledger, Trust trust, Supplier<@Nullable ReplicaInfo> self, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.topology = topology;
		this.properties = properties;
		this.stream = new JournalStream(connector, topology, properties, missed.enabled());
		this.ledger = ledger;
		this.trust = trust;
		this.self = new ReplicaInfoWriter(topology.journal(), trust, self, uptime);
		this.position = new Position(properties.maxAge(), uptime);
		this.uptime = uptime;
		this.heart = hearts.of("journal");
		this.loop = new BrokerLoop("journal", this::run, logger,
				new BrokerLoop.Lines("Cannot read the journal: ", "", true), new Backoff(uptime), uptime, this.heart);
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
		BrokerRefusedException last = this.refusal;
		if (last != null) {
			throw last;
		}
	}

	/** Returns what has been read. */
	public Ledger ledger() {
		return this.ledger;
	}

	/** Returns whether the journal is switched on. */
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
		return this.loop.isRunning() && !this.stream.isUnsupported();
	}

	/**
	 * Begins to read, unless it has begun already.
	 */
	public void start(JournalListener listener) {
		if (!this.loop.isRunning()) {
			this.listener = listener;
			this.state = JournalState.DETACHED;
			this.loop.start();
		}
	}

	/** Writes a last record and stops reading. */
	public void stop() {
		this.loop.stop();
		JournalReader current = this.reader;
		if (current != null) {
			current.end();
		}
		this.loop.awaitEnd(STOP);
	}

	private void run() throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try {
			read();
		}
		catch (BrokerRefusedException ex) {
			this.refusal = ex;
			throw ex;
		}
		catch (BrokerUnavailableException ex) {
			this.refusal = null;
			throw ex;
		}
		finally {
			this.state = JournalState.DETACHED;
		}
	}

	/** Reads until the connection ends, or reading has to begin elsewhere. */
	private void read() throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try (BrokerConnection connection = this.connector.connect("journal")) {
			JournalReader attached = attach(connection);
			this.loop.connected();
			try {
				follow(connection, attached);
			}
			finally {
				attached.end();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			BrokerRefusedException refused = this.connector.refusal(this.topology.exchange(), ex);
			if (refused != null) {
				throw refused;
			}
			throw new BrokerUnavailableException(BrokerConnection.reason(ex), ex);
		}
	}

	/**
	 * Declares the stream only if it is missing: a cluster with a silent node can hang on
	 * a declaration and still deliver.
	 */
	private JournalReader attach(BrokerConnection connection)
			throws IOException, BrokerUnavailableException, BrokerRefusedException {
		try {
			return attachTo(connection);
		}
		catch (IOException ex) {
			if (BrokerConnection.replyCode(ex) != AMQP.NOT_FOUND) {
				throw ex;
			}
		}
		if (!declare(connection)) {
			throw new BrokerUnavailableException("the broker no longer supports streams", null);
		}
		return attachTo(connection);
	}

	private JournalReader attachTo(BrokerConnection connection) throws IOException, BrokerUnavailableException {
		JournalReader attached = new JournalReader(connection.channel(), connection.channel(), queue(), this.trust,
				this.ledger, this.position, this.uptime, Objects.requireNonNull(this.listener), this::attached);
		this.reader = attached;
		attached.attach(this.connector.consumerTag());
		return attached;
	}

	private void attached() {
		this.refusal = null;
		this.state = JournalState.ATTACHED;
	}

	private void follow(BrokerConnection connection, JournalReader attached)
			throws IOException, BrokerUnavailableException, InterruptedException {
		while (!this.loop.isStopping() && !attached.awaitEnd(WATCH)) {
			this.heart.beat(WATCH);
			attached.check();
			if (this.state == JournalState.ATTACHED) {
				this.loop.works();
				if (!attached.isBlocked()) {
					this.self.check(connection);
				}
			}
			if (this.bindingDue && !attached.isBlocked()) {
				this.heart.rest();
				this.stream.bindAgain(connection);
				this.bindingDue = false;
			}
			if (hasClockMisled()) {
				attached.end();
				this.state = JournalState.DETACHED;
				this.position.forget();
				this.ledger.forget();
				logger.warn("The clock was wrong; reading the journal again");
				return;
			}
		}
		if (!this.loop.isStopping()) {
			ended(attached);
		}
		else if (!attached.isBlocked()) {
			this.self.leave(connection);
		}
	}

	/**
	 * Whether to read again because the clock was wrong. What was passed over may count
	 * after a while, when the clock of another replica is ahead: that alone is checked
	 * once a minute.
	 */
	private boolean hasClockMisled() {
		boolean misled = this.ledger.isAhead()
				|| (this.ledger.hasPassedOver() && this.uptime.isOver(REREAD, this.reread));
		this.reread = misled ? this.uptime.now() : this.reread;
		return misled;
	}

	private void ended(JournalReader attached) throws BrokerUnavailableException {
		RuntimeException fault = attached.fault();
		if (attached.isToBeginAgain()) {
			return;
		}
		if (fault == null) {
			throw new BrokerUnavailableException("the broker stopped delivering from \"" + queue() + "\"", null);
		}
		boolean unreadable = BrokerConnection.isUnreadable(fault);
		if (unreadable || !(fault instanceof ShutdownSignalException)) {
			this.position.fail(unreadable, BrokerConnection.reason(fault));
		}
		if (!unreadable) {
			throw fault;
		}
	}

}
