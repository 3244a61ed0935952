package dev.ticktock.journal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.Backoff;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerLoop;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
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

	/** With this many records each time, a million take a minute. */
	private static final int PREFETCH = 2000;

	private static final Duration PACE = Duration.ofMillis(100);

	private static final Duration STALLED = Duration.ofSeconds(30);

	private static final Duration WAIT = Duration.ofSeconds(1);

	private final BrokerConnector connector;

	private final Journal journal;

	private final Chronicle recent;

	private final List<JournalRecords> listeners;

	private final List<JournalRecords> pasts;

	private final Chronicle chronicle;

	private final JournalDecoder decoder;

	private final ClockTolerance tolerance;

	private final Uptime uptime;

	private final BrokerLoop loop;

	/** The offset of the next record to read; -1 before the first. */
	private volatile long next = -1;

	/**
	 * Creates the reading; it begins with the application.
	 * @param recent what the journal's own reading tells
	 */
	HistoryReading(BrokerConnector connector, Journal journal, Chronicle recent, List<JournalRecords> listeners,
			JournalDecoder decoder, ClockTolerance tolerance, Clock clock, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.journal = journal;
		this.recent = recent;
		this.listeners = List.copyOf(listeners);
		this.pasts = listeners.stream().map(JournalRecords::past).toList();
		this.chronicle = new Chronicle(this.pasts, clock, uptime);
		this.decoder = decoder;
		this.tolerance = tolerance;
		this.uptime = uptime;
		this.loop = new BrokerLoop("history", this::read, logger,
				new BrokerLoop.Lines("Cannot read the history: ", "", true), new Backoff(uptime), uptime,
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
		if (this.next >= this.recent.first() || this.recent.first() == 0) {
			end();
			return;
		}
		try (BrokerConnection connection = this.connector.connect("history")) {
			Reader reader = new Reader(connection.channel(), this.recent.first());
			reader.attach(this.connector.consumerTag());
			this.loop.connected();
			reader.follow();
		}
	}

	/** Gives the past to the listeners. */
	private void end() {
		Instant since = this.tolerance.clock().instant().minus(this.journal.maxAge());
		for (int i = 0; i < this.listeners.size(); i++) {
			this.listeners.get(i).complete(this.pasts.get(i), since);
		}
		logger.debug("Read the history");
		this.loop.stop();
	}

	private void take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		this.chronicle.next(properties);
		JournalRecord record = this.decoder.read(envelope, properties, body);
		Instant instant = (record instanceof JournalRecord.Own own) ? own.instant() : null;
		// A replica that was there before is no news.
		if (!(record instanceof JournalRecord.Replica) && (instant == null || !this.tolerance.isAhead(instant))) {
			this.chronicle.tell(record);
		}
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

	/**
	 * Reads on one channel, up to the offset of the first record that is known.
	 */
	private final class Reader extends DefaultConsumer {

		private final CountDownLatch ended = new CountDownLatch(1);

		private final long end;

		private volatile long delivered;

		private volatile boolean unreadable;

		Reader(Channel channel, long end) {
			super(channel);
			this.end = end;
		}

		void attach(String tag) throws IOException {
			getChannel().basicQos(PREFETCH);
			long from = HistoryReading.this.next;
			getChannel().basicConsume(HistoryReading.this.journal.queue(), false, tag, false, false,
					Map.of("x-stream-offset", (from >= 0) ? from : "first"), this);
		}

		/** Acknowledges at the pace; the broker sends no more records before. */
		void follow() throws IOException, BrokerUnavailableException {
			long acknowledged = 0;
			Duration progressed = HistoryReading.this.uptime.now();
			while (HistoryReading.this.loop.pause(PACE) && this.ended.getCount() > 0) {
				long now = this.delivered;
				if (now > acknowledged) {
					getChannel().basicAck(now, true);
					acknowledged = now;
					progressed = HistoryReading.this.uptime.now();
				}
				else if (HistoryReading.this.uptime.isOver(STALLED, progressed)) {
					throw new BrokerUnavailableException("nothing was read within " + STALLED, null);
				}
			}
			if (this.unreadable) {
				stepOver();
			}
			else if (HistoryReading.this.next < this.end && !HistoryReading.this.loop.isStopping()) {
				throw new BrokerUnavailableException("the broker stopped delivering", null);
			}
		}

		private void stepOver() {
			long passed = HistoryReading.this.next;
			if (passed < 0) {
				// Its offset is not known.
				logger.warn("The first record of the journal cannot be read; the history begins with this replica");
				HistoryReading.this.next = this.end;
				return;
			}
			logger.warn("The history lacks the record at offset {} of the journal: it cannot be read", passed);
			HistoryReading.this.next = passed + 1;
		}

		@Override
		public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
			Long offset = Chronicle.offset(properties);
			if (this.ended.getCount() == 0) {
				return;
			}
			if (offset == null || offset >= this.end) {
				HistoryReading.this.next = this.end;
				this.ended.countDown();
				return;
			}
			take(envelope, properties, body);
			HistoryReading.this.next = offset + 1;
			this.delivered = envelope.getDeliveryTag();
		}

		/** Called after all messages that were delivered. */
		@Override
		public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
			this.unreadable = BrokerConnection.isUnreadable(signal);
			this.ended.countDown();
		}

		@Override
		public void handleCancel(String tag) {
			this.ended.countDown();
		}

	}

}
