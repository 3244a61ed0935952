package dev.ticktock.journal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.time.Heart;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Reads, once, what lies further back in the journal than a replica needs to stand by:
 * its history. Waits until the replica can stand by, and reads on a connection of its
 * own, the newest stretch first, each twice as long as the one before. So when the limit
 * of records or bytes is reached, what is missing is the oldest.
 */
final class HistoryReading implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(HistoryReading.class);

	/** The stretches; {@link Journal} has read the last hour. */
	private static final List<Duration> STRETCHES = List.of(Duration.ofHours(2), Duration.ofHours(4),
			Duration.ofHours(8), Duration.ofHours(16), Duration.ofHours(32), Duration.ofHours(64),
			Duration.ofHours(128), Duration.ofDays(7));

	static final long MOST_RECORDS = 2_000_000;

	static final long MOST_BYTES = 512_000_000;

	private static final Duration POLL = Duration.ofSeconds(1);

	private static final Duration STALLED = Duration.ofSeconds(30);

	/** How long it waits before it tries a stretch again. */
	static final Duration RETRY = Duration.ofMinutes(1);

	private final BrokerConnector connector;

	private final Journal journal;

	private final Chronicle recent;

	private final List<JournalRecords> listeners;

	private final JournalDecoder decoder;

	private final ClockTolerance tolerance;

	private final Clock clock;

	private final Uptime uptime;

	private final Duration retry;

	private final Heart heart;

	private volatile CountDownLatch stopped = new CountDownLatch(0);

	private volatile @Nullable Thread thread;

	/**
	 * Creates the reading; it begins with the application.
	 * @param recent what the journal's own reading tells
	 * @param retry how long it waits before it tries a stretch again
	 */
	HistoryReading(BrokerConnector connector, Journal journal, Chronicle recent, List<JournalRecords> listeners,
			JournalDecoder decoder, ClockTolerance tolerance, Clock clock, Uptime uptime, Duration retry,
			Hearts hearts) {
		this.connector = connector;
		this.journal = journal;
		this.recent = recent;
		this.listeners = List.copyOf(listeners);
		this.decoder = decoder;
		this.tolerance = tolerance;
		this.clock = clock;
		this.uptime = uptime;
		this.retry = retry;
		this.heart = hearts.of("history");
	}

	@Override
	public void start() {
		if (this.journal.isEnabled() && !this.listeners.isEmpty()) {
			this.stopped = new CountDownLatch(1);
			Thread started = new Thread(this::run, "history");
			started.setDaemon(true);
			this.thread = started;
			started.start();
		}
	}

	private void run() {
		try {
			if (awaitStandingBy()) {
				readAll();
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Stopped reading the history");
		}
		catch (RuntimeException | Error ex) {
			logger.error("Unexpected failure; the history begins an hour before this replica started", ex);
		}
		this.heart.stop();
	}

	private boolean awaitStandingBy() throws InterruptedException {
		while (this.journal.state() != JournalState.ATTACHED) {
			if (isStoppedWithin(POLL)) {
				return false;
			}
		}
		return true;
	}

	private boolean isStoppedWithin(Duration patience) throws InterruptedException {
		this.heart.beat(patience);
		return this.stopped.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void readAll() throws InterruptedException {
		HistoryReader.Budget budget = new HistoryReader.Budget(MOST_RECORDS, MOST_BYTES);
		long end = this.recent.first();
		long begun = -1;
		boolean blocked = false;
		for (Duration stretch : STRETCHES) {
			HistoryReader reader = new HistoryReader(this.journal.queue(), end, this.decoder, this.tolerance,
					new Chronicle(this.listeners, this.clock, this.uptime), budget);
			while (!readOnce(reader, stretch)) {
				if (!reader.stepOver() && isStoppedWithin(this.retry)) {
					return;
				}
			}
			if (isStoppedWithin(Duration.ZERO) || budget.isSpent()) {
				logger.debug("The history goes back less than {}", stretch);
				return;
			}
			blocked = reader.isBlocked();
			if (blocked) {
				// A longer stretch begins before this record, and so knows its offset.
				continue;
			}
			this.listeners.forEach((listener) -> listener.completeSince(this.clock.instant().minus(stretch)));
			if (reader.first() == 0 || reader.first() == begun) {
				// The stream begins there.
				break;
			}
			begun = reader.first();
			end = reader.first();
		}
		if (!blocked) {
			this.listeners.forEach((listener) -> listener
				.completeSince(this.clock.instant().minus(STRETCHES.get(STRETCHES.size() - 1))));
		}
		logger.debug("Read the history");
	}

	/** Returns whether the stretch has been read, or this is being stopped. */
	private boolean readOnce(HistoryReader reader, Duration stretch) throws InterruptedException {
		this.heart.rest();
		try (BrokerConnection connection = this.connector.connect("history")) {
			reader.attach(connection.channel(), this.connector.consumerTag(), stretch);
			long read = -1;
			Duration progressed = this.uptime.now();
			this.heart.beat(POLL);
			while (!reader.awaitEnd(POLL)) {
				this.heart.beat(POLL);
				if (this.stopped.getCount() == 0) {
					return true;
				}
				if (reader.records() != read) {
					read = reader.records();
					progressed = this.uptime.now();
				}
				else if (this.uptime.isOver(STALLED, progressed)) {
					return false;
				}
			}
			return reader.isDone() || reader.isBlocked();
		}
		catch (BrokerUnavailableException | BrokerRefusedException | IOException | ShutdownSignalException ex) {
			logger.debug("Cannot read the history: {}", BrokerConnection.reason(ex));
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
		return false;
	}

	/** Must not fail, whatever has happened: with it the thread would end. */
	private void failed(Throwable fault) {
		try {
			logger.error("Unexpected failure; reading the history again", fault);
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next attempt may.
			return;
		}
	}

	/** Does not wait for the end of it, because handing over the lead may come next. */
	@Override
	public void stop() {
		this.stopped.countDown();
		this.thread = null;
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}
