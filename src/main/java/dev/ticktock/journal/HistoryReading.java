package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerLoop;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Reads once, on a connection of its own, the records of the journal that lie before
 * those that a replica has read to stand by: its history. Begins when the replica can
 * stand by, reads forward at a bounded pace, and ends. Records that do not count are not
 * logged here; {@link Ledger} logged them when they came.
 */
final class HistoryReading implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(HistoryReading.class);

	/** With 500 records each time, a million take a minute. */
	private static final Duration PACE = Duration.ofMillis(25);

	private static final Duration STALLED = Duration.ofSeconds(30);

	private static final Duration WAIT = Duration.ofSeconds(1);

	private final BrokerConnector connector;

	private final Journal journal;

	/** The listeners to the past, by those to the present. */
	private Map<JournalListener, JournalListener> pasts;

	private @Nullable Chronicle chronicle;

	private final JournalDecoder decoder;

	private final ClockTolerance tolerance;

	private final Position position;

	private final Uptime uptime;

	private final BrokerLoop loop;

	HistoryReading(BrokerConnector connector, Journal journal, List<JournalListener> listeners, JournalDecoder decoder,
			ClockTolerance tolerance, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.journal = journal;
		this.pasts = listeners.stream().collect(Collectors.toMap(Function.identity(), JournalListener::past));
		this.chronicle = new Chronicle(List.copyOf(this.pasts.values()), tolerance);
		this.decoder = decoder;
		this.tolerance = tolerance;
		this.position = new Position(null, journal.maxAge(), uptime);
		this.uptime = uptime;
		this.loop = new BrokerLoop("history", this::read, logger, "Cannot read the history: ", uptime,
				hearts.of("history"));
	}

	@Override
	public void start() {
		if (this.journal.isEnabled()) {
			this.loop.start();
		}
	}

	private void read() throws BrokerUnavailableException, BrokerRefusedException, IOException, InterruptedException {
		while (this.journal.state() != JournalState.ATTACHED) {
			if (!this.loop.pause(WAIT)) {
				return;
			}
		}
		if (!isIncomplete()) {
			Instant since = this.tolerance.clock().instant().minus(this.journal.maxAge());
			complete(since);
			logger.debug("Read the history");
			this.loop.stop();
			return;
		}
		try (BrokerConnection connection = this.connector.connect("history")) {
			StreamReader reader = new StreamReader(connection.channel(), this.journal.queue(), this.position) {

				@Override
				void take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
					tell(envelope, properties, body);
				}

			};
			reader.attach(this.connector.consumerTag());
			this.loop.connected();
			follow(reader);
		}
	}

	/** Hands the past to the listeners and releases it. */
	private synchronized void complete(Instant since) {
		this.pasts.forEach((listener, past) -> listener.complete(past, since));
		this.pasts = Map.of();
		this.chronicle = null;
	}

	/** Whether records are left to read before the first one of the replica. */
	private boolean isIncomplete() {
		long end = this.journal.position().first();
		return end > 0 && this.position.next() <= end;
	}

	/**
	 * The thread of a lost connection can be within it when that of the next one comes.
	 */
	private synchronized void tell(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		JournalRecord record = this.decoder.read(envelope, properties, body);
		if (this.chronicle != null && Position.offset(properties) < this.journal.position().first()) {
			this.chronicle.tell(properties, record);
		}
	}

	/** Acknowledges at the pace; the broker sends no more records before. */
	private void follow(StreamReader reader) throws IOException, BrokerUnavailableException, InterruptedException {
		Duration progressed = this.uptime.now();
		try {
			while (this.loop.pause(PACE) && isIncomplete() && !reader.awaitEnd(Duration.ZERO)) {
				if (reader.acknowledge(1)) {
					progressed = this.uptime.now();
				}
				else if (this.uptime.isOver(STALLED, progressed)) {
					throw new BrokerUnavailableException("nothing was read within " + STALLED, null);
				}
			}
		}
		finally {
			// The client delivers what it has received even after the connection is lost.
			reader.end();
		}
		reader.throwFault();
	}

	/** Does not wait for the end of it, because handing over the lead may come next. */
	@Override
	public void stop() {
		this.loop.stop();
		this.loop.awaitEnd(Duration.ofMillis(1));
	}

	@Override
	public boolean isRunning() {
		return this.loop.isRunning();
	}

}
