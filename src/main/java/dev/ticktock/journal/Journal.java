package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerLoop;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Hearts.Heart;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that records what passes the exchange. Is read all the time and on a
 * connection of its own, so that a replica which is granted the baton knows what was
 * published. On the same connection, the replica writes to it what it is: every 20 s,
 * when its role has changed, and when it ends.
 *
 * <p>
 * A new leader publishes a marker on the channel that holds the baton, and waits until
 * the marker has been read here. The broker has put all that an earlier leader published
 * into the stream before it moved the baton on, so all of that lies before the marker.
 *
 * <p>
 * Where there is a journal, ticks are published to an exchange that is bound to that of
 * the workers alone, so a tick that is in the stream has been routed to them too.
 */
public final class Journal {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	private static final Duration WATCH = Duration.ofMillis(500);

	/** The shortest time between two readings of what was passed over. */
	private static final Duration REREAD = Duration.ofMinutes(1);

	private static final Duration STOP = Duration.ofSeconds(2);

	private final BrokerConnector connector;

	private final Topology topology;

	private final JournalProperties properties;

	private final boolean missed;

	private final Ledger ledger;

	private final Trust trust;

	private final Supplier<ReplicaInfo> self;

	private final Position position;

	private final Uptime uptime;

	private final Heart heart;

	private final BrokerLoop loop;

	private final BrokerLoop outcomes;

	private volatile Consumer<JournalRecord> listener = (record) -> {
	};

	private volatile BooleanSupplier publishing = () -> false;

	private volatile @Nullable JournalReader reader;

	private volatile boolean unsupported;

	private volatile boolean bindingDue;

	private final Set<String> warnings = ConcurrentHashMap.newKeySet();

	private volatile @Nullable BrokerRefusedException refusal;

	private Duration reread = Duration.ZERO;

	private @Nullable ReplicaInfo described;

	private Duration describedAt = Duration.ZERO;

	public Journal(BrokerConnector connector, Topology topology, JournalProperties properties, boolean missed,
			Ledger ledger, Trust trust, Supplier<ReplicaInfo> self, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.topology = topology;
		this.properties = properties;
		this.missed = missed;
		this.ledger = ledger;
		this.trust = trust;
		this.self = self;
		this.position = new Position(Position.NEAR, properties.maxAge(), uptime);
		this.uptime = uptime;
		this.heart = hearts.of("journal");
		this.loop = new BrokerLoop("journal", this::run, logger, "Cannot read the journal: ", uptime, this.heart);
		this.outcomes = new BrokerLoop("outcomes", this::takeOutcomes, logger, "Cannot read outcomes: ", uptime,
				hearts.of("outcomes"));
	}

	public String queue() {
		return this.topology.journal();
	}

	Position position() {
		return this.position;
	}

	Duration maxAge() {
		return this.properties.maxAge();
	}

	public JournalState state() {
		JournalReader current = this.reader;
		if (!this.loop.isRunning()) {
			return JournalState.OFF;
		}
		return (current != null && current.hasCaughtUp()) ? JournalState.ATTACHED : JournalState.DETACHED;
	}

	/** Throws what the broker refused at the last attempt to read. */
	public void throwRefusal() throws BrokerRefusedException {
		BrokerRefusedException last = this.refusal;
		if (last != null) {
			throw last;
		}
	}

	public Ledger ledger() {
		return this.ledger;
	}

	public boolean isEnabled() {
		return this.properties.enabled();
	}

	/**
	 * Makes sure that the stream exists and records what is published to the exchange.
	 * @return {@code false} if the broker has no streams
	 */
	public boolean declare(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		if (this.unsupported || !connection.dialect().mayHaveStreams()) {
			return false;
		}
		Map<String, Object> arguments = Map.of("x-queue-type", "stream", "x-max-age",
				this.properties.maxAge().toSeconds() + "s", "x-max-length-bytes", this.properties.maxSize().toBytes(),
				"x-stream-max-segment-size-bytes", this.properties.maxSegmentSize().toBytes());
		try {
			this.connector.declareQueue(connection, "ticktock.journal.queue", queue(), arguments);
		}
		catch (BrokerRefusedException ex) {
			String reason = ex.getMessage();
			if (BrokerConnection.replyCode(ex) == AMQP.NOT_IMPLEMENTED
					|| reason.contains("invalid arg 'x-queue-type'")) {
				this.unsupported = true;
				return false;
			}
			if (BrokerConnection.replyCode(ex) != AMQP.PRECONDITION_FAILED || reason.contains("x-queue-type")) {
				throw ex;
			}
			warn("The journal \"%s\" exists with different arguments and keeps them: %s".formatted(queue(), reason));
		}
		bind(connection);
		return true;
	}

	private void bind(BrokerConnection connection) throws BrokerUnavailableException, BrokerRefusedException {
		this.connector.declareExchange(connection, this.topology.exchange());
		this.connector.bind(connection, queue(), this.topology.exchange(), "#");
		this.connector.declareFanout(connection, this.topology.out(), this.topology.exchange());
		record(connection, this.topology.outcome(), "Outcomes");
		if (this.missed && connection.deadLettersToStreams()) {
			record(connection, this.topology.missed(), "Missed ticks");
		}
		else if (this.missed) {
			warn("Missed ticks are not shown: " + connection.describe()
					+ " drops what a queue dead-letters to a stream; RabbitMQ does so before 4.0");
		}
	}

	/** Records what others publish to an exchange; without permission, ticks go on. */
	private void record(BrokerConnection connection, String exchange, String what) throws BrokerUnavailableException {
		try {
			this.connector.declareExchange(connection, exchange);
			this.connector.bind(connection, queue(), exchange, "#");
		}
		catch (BrokerRefusedException ex) {
			warn("%s are not shown: %s".formatted(what, ex.getMessage()));
		}
	}

	/**
	 * Begins to read outcomes where there is no stream, unless it has begun already: on a
	 * connection of its own, because a message that the client cannot read ends it.
	 */
	public void readOutcomes() {
		if (!this.outcomes.isRunning()) {
			this.outcomes.start();
		}
	}

	private void takeOutcomes() throws BrokerUnavailableException, BrokerRefusedException {
		try (BrokerConnection opened = this.connector.connect("outcomes")) {
			Channel channel = opened.channel();
			boolean permitted = consumeOutcomes(opened, channel);
			this.outcomes.connected();
			while (opened.connection().isOpen() && (channel.isOpen() || !permitted)) {
				if (!this.outcomes.pause(WATCH)) {
					return;
				}
			}
			ShutdownSignalException signal = opened.connection().getCloseReason();
			throw new BrokerUnavailableException("Lost the connection to the broker: "
					+ BrokerConnection.reason((signal != null) ? signal : channel.getCloseReason()), signal);
		}
	}

	/**
	 * Consumes outcomes from a queue of this replica's own, which ends with the
	 * connection.
	 * @return whether the broker permits it
	 */
	private boolean consumeOutcomes(BrokerConnection opened, Channel channel) throws BrokerUnavailableException {
		String queue = "%s.%s".formatted(this.topology.outcome(), UUID.randomUUID());
		try {
			this.connector.declareExchange(opened, this.topology.outcome());
			channel.queueDeclare(queue, false, true, true, Map.of());
			channel.queueBind(queue, this.topology.outcome(), "#");
			channel
				.basicConsume(
						queue, true, this.connector.consumerTag(), (tag, outcome) -> this.ledger
							.read(outcome.getEnvelope(), outcome.getProperties(), outcome.getBody()),
						(tag) -> channel.abort());
			return true;
		}
		catch (BrokerRefusedException | IOException ex) {
			if (!opened.connection().isOpen()) {
				throw new BrokerUnavailableException(BrokerConnection.reason(ex), ex);
			}
			warn("Outcomes are not shown: " + BrokerConnection.reason(ex).replace(queue, this.topology.outcome()));
			return false;
		}
	}

	private void warn(String warning) {
		if (this.warnings.add(warning)) {
			logger.warn("{}", warning);
		}
	}

	/**
	 * Requests that the stream is bound to the exchange again, by the thread that reads.
	 */
	public void bindAgain() {
		this.bindingDue = true;
	}

	public boolean isBindingDue() {
		return this.bindingDue;
	}

	/** Returns whether reading has begun: it declares the stream if that is missing. */
	public boolean isStarted() {
		return this.loop.isRunning() && !this.unsupported;
	}

	/**
	 * Begins to read, unless it has begun already. The threads that read call both, which
	 * must not block.
	 * @param listener called with each marker and checkpoint
	 * @param publishing returns whether this replica waits for confirms
	 */
	public void start(Consumer<JournalRecord> listener, BooleanSupplier publishing) {
		if (!this.loop.isRunning()) {
			this.listener = listener;
			this.publishing = publishing;
			this.loop.start();
		}
	}

	/** Writes a last record and stops reading. */
	public void stop() {
		this.outcomes.stop();
		this.outcomes.awaitEnd(STOP);
		this.loop.stop();
		endReading();
		this.loop.awaitEnd(STOP);
	}

	private void endReading() {
		JournalReader current = this.reader;
		if (current != null) {
			current.end();
		}
	}

	private void run() throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		this.refusal = null;
		try (BrokerConnection connection = this.connector.connect("journal")) {
			JournalReader attached = attach(connection, false);
			this.loop.connected();
			follow(connection, attached);
		}
		catch (BrokerRefusedException ex) {
			this.refusal = ex;
			throw ex;
		}
		catch (IOException | ShutdownSignalException ex) {
			this.refusal = this.connector.refusal(this.topology.exchange(), ex);
			throwRefusal();
			throw new BrokerUnavailableException(BrokerConnection.reason(ex), ex);
		}
		finally {
			endReading();
			this.reader = null;
		}
	}

	/** A cluster with a silent node can hang on a declaration and still deliver. */
	private JournalReader attach(BrokerConnection connection, boolean declared)
			throws IOException, BrokerUnavailableException, BrokerRefusedException {
		JournalReader attached = new JournalReader(connection.channel(), queue(), this.position, this.ledger,
				this.trust, this.uptime, this.listener, this.publishing);
		this.reader = attached;
		try {
			attached.attach(this.connector.consumerTag());
			return attached;
		}
		catch (IOException ex) {
			if (declared || BrokerConnection.replyCode(ex) != AMQP.NOT_FOUND) {
				throw ex;
			}
		}
		if (!declare(connection)) {
			throw new BrokerUnavailableException("the broker no longer supports streams", null);
		}
		return attach(connection, true);
	}

	private void follow(BrokerConnection connection, JournalReader attached)
			throws IOException, BrokerUnavailableException, InterruptedException {
		while (!this.loop.isStopping() && !attached.awaitEnd(WATCH)) {
			this.heart.beat(WATCH);
			attached.check();
			if (!attached.isBlocked()) {
				bindIfDue(connection);
				describe(attached);
			}
			if (hasClockMisled()) {
				endReading();
				this.position.forget();
				this.ledger.forget();
				logger.warn("The clock was wrong; reading the journal again");
				return;
			}
		}
		if (!this.loop.isStopping()) {
			attached.throwFault();
		}
		else if (this.described != null && !attached.isBlocked()) {
			attached.publish(ControlMessage.replica(this.described.gone(), this.trust));
		}
	}

	private void bindIfDue(BrokerConnection connection) {
		if (this.bindingDue) {
			this.heart.rest();
			try {
				bind(connection);
			}
			catch (BrokerUnavailableException | BrokerRefusedException ex) {
				logger.warn("Cannot bind the journal \"{}\" again: {}", queue(), ex.getMessage());
			}
			this.bindingDue = false;
		}
	}

	private void describe(JournalReader attached) throws IOException {
		if (!attached.hasCaughtUp()) {
			return;
		}
		this.loop.works();
		ReplicaInfo before = this.described;
		ReplicaInfo now = this.self.get();
		if (before == null || !now.isAsBefore(before) || this.uptime.isOver(ReplicaInfo.INTERVAL, this.describedAt)) {
			this.described = now;
			this.describedAt = this.uptime.now();
			attached.publish(ControlMessage.replica(now, this.trust));
		}
	}

	/**
	 * Whether records were judged by a wrong clock, so that the journal has to be read
	 * again; at most once a minute for those that were ahead.
	 */
	private boolean hasClockMisled() {
		boolean misled = this.ledger.isAhead()
				|| (this.ledger.hasPassedOver() && this.uptime.isOver(REREAD, this.reread));
		this.reread = misled ? this.uptime.now() : this.reread;
		return misled;
	}

}
