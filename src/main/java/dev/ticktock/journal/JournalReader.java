package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal as it is written. Has caught up when it has read a marker of its own,
 * which it publishes once it is attached. From then on it expects at least the records in
 * which this replica describes itself.
 */
final class JournalReader extends StreamReader {

	private static final Logger logger = LoggerFactory.getLogger(JournalReader.class);

	/** How long a marker may be under way before another is sent after it. */
	static final Duration RESEND = Duration.ofSeconds(5);

	/** How long nothing may come while a marker is under way. */
	static final Duration STALLED = Duration.ofSeconds(15);

	/** How long nothing may come once it has. */
	static final Duration SILENT = ReplicaInfo.INTERVAL.multipliedBy(2);

	private static final int ACKNOWLEDGE_EVERY = 100;

	/** How long the ticks of a full slot delay the reading of the journal. */
	private static final Duration DEFERRED = Duration.ofSeconds(2);

	private final String marker = UUID.randomUUID().toString();

	private final Ledger ledger;

	private final Trust trust;

	private final Uptime uptime;

	private final Consumer<JournalRecord> listener;

	private final BooleanSupplier publishing;

	/** Whether the broker takes no messages from this connection. */
	private volatile boolean blocked;

	private volatile boolean caughtUp;

	/** When reading was last known to be at the end of the journal. */
	private volatile Duration atEnd;

	private long seen;

	private Duration progressed;

	private Duration marked = Duration.ZERO;

	/**
	 * Creates a reader.
	 * @param listener called with each marker and checkpoint
	 * @param publishing whether this replica waits for confirms. Then nothing is
	 * acknowledged for a while, so that the broker does not send ticks back while it
	 * confirms others
	 */
	JournalReader(Channel channel, String queue, Position position, Ledger ledger, Trust trust, Uptime uptime,
			Consumer<JournalRecord> listener, BooleanSupplier publishing) {
		super(channel, queue, position);
		this.ledger = ledger;
		this.trust = trust;
		this.uptime = uptime;
		this.listener = listener;
		this.publishing = publishing;
		channel.getConnection().addBlockedListener((reason) -> this.blocked = true, () -> this.blocked = false);
		this.progressed = uptime.now();
		this.atEnd = this.progressed;
	}

	/**
	 * Attaches to the stream, then publishes the marker: a reader that attaches
	 * afterwards may begin behind it.
	 */
	@Override
	void attach(String consumerTag) throws IOException {
		this.ledger.live(false);
		super.attach(consumerTag);
		mark();
	}

	private void mark() throws IOException {
		this.marked = this.uptime.now();
		publish(ControlMessage.marker(this.marker, null, this.trust));
	}

	void publish(ControlMessage message) throws IOException {
		try {
			getChannel().basicPublish("", this.queue, false, message.properties(), message.body());
		}
		catch (ShutdownSignalException ex) {
			// Messages that were delivered before are read first; then the signal comes.
			logger.debug("Not published: {}", ex.getMessage());
		}
	}

	/** Returns whether all has been read that was published before reading began. */
	boolean hasCaughtUp() {
		return this.caughtUp;
	}

	boolean isBlocked() {
		return this.blocked;
	}

	/** Throws an exception if the reading has stalled. */
	void check() throws IOException, BrokerUnavailableException {
		if (!this.publishing.getAsBoolean() && read() - this.seen < PREFETCH) {
			this.atEnd = this.uptime.now();
		}
		acknowledgeUnlessPublishing(1);
		boolean elsewhere = read() == 0 && this.position.isKnown();
		Duration patience = this.caughtUp ? SILENT : elsewhere ? RESEND : STALLED;
		if (isBlocked() || read() != this.seen) {
			this.seen = read();
			this.progressed = this.uptime.now();
		}
		else if (this.uptime.isOver(patience, this.progressed)) {
			if (!elsewhere) {
				throw new BrokerUnavailableException(
						"nothing was read from \"%s\" within %d s".formatted(this.queue, patience.toSeconds()), null);
			}
			// The stream is a new one, or has lost its end.
			startOver();
		}
		if (!this.caughtUp && !isBlocked() && this.uptime.isOver(RESEND, this.marked)) {
			mark();
		}
	}

	/** A replica that publishes all the time reads meanwhile, or it would fall behind. */
	private void acknowledgeUnlessPublishing(int atLeast) throws IOException {
		if (!this.publishing.getAsBoolean() || this.uptime.isOver(DEFERRED, this.atEnd)) {
			acknowledge(atLeast);
		}
	}

	@Override
	void take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) throws IOException {
		acknowledgeUnlessPublishing(ACKNOWLEDGE_EVERY);
		JournalRecord record = this.ledger.read(envelope, properties, body);
		if (record instanceof JournalRecord.CheckpointRecord) {
			this.position.readCheckpoint();
			this.listener.accept(record);
		}
		else if (record instanceof JournalRecord.Marker read) {
			if (read.id().equals(this.marker)) {
				readOwnMarker();
			}
			this.listener.accept(record);
		}
	}

	@Override
	void startOver() {
		this.ledger.startOver();
		super.startOver();
	}

	private void readOwnMarker() {
		if (this.position.isIncomplete()) {
			this.position.rewind();
			end();
		}
		else if (!this.caughtUp) {
			this.ledger.live(true);
			this.caughtUp = true;
		}
	}

}
