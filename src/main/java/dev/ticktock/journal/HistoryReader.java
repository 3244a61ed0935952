package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.schedule.ClockTolerance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one stretch of the journal up to an offset. It can be attached again after a
 * disconnection and goes on where it was.
 *
 * <p>
 * Records that do not count are not logged here; {@link Ledger} has logged them.
 */
final class HistoryReader {

	private static final Logger logger = LoggerFactory.getLogger(HistoryReader.class);

	private static final int PREFETCH = 500;

	private static final int ACKNOWLEDGE_EVERY = 100;

	/** What a record has besides its body, roughly. */
	private static final int OVERHEAD = 300;

	private final String queue;

	private final long end;

	private final JournalDecoder decoder;

	private final ClockTolerance tolerance;

	private final Chronicle chronicle;

	private final Budget budget;

	private final AtomicLong records = new AtomicLong();

	private volatile long first = -1;

	private volatile long next = -1;

	private volatile boolean done;

	private volatile boolean unreadable;

	private volatile CountDownLatch ended = new CountDownLatch(1);

	/**
	 * Creates a reader.
	 * @param end the offset of the first record that is not read
	 * @param budget what may be read at most, by all stretches together
	 */
	HistoryReader(String queue, long end, JournalDecoder decoder, ClockTolerance tolerance, Chronicle chronicle,
			Budget budget) {
		this.queue = queue;
		this.end = end;
		this.decoder = decoder;
		this.tolerance = tolerance;
		this.chronicle = chronicle;
		this.budget = budget;
	}

	/**
	 * Begins to read, or goes on.
	 * @param stretch how far back it begins, by the broker's clock
	 */
	void attach(Channel channel, String consumerTag, Duration stretch) throws IOException {
		CountDownLatch end = new CountDownLatch(1);
		this.ended = end;
		this.unreadable = false;
		channel.basicQos(PREFETCH);
		Object offset = (this.next >= 0) ? this.next : stretch.toSeconds() + "s";
		channel.basicConsume(this.queue, false, consumerTag, false, false, Map.of("x-stream-offset", offset),
				new Consumer(channel, end));
	}

	boolean awaitEnd(Duration patience) throws InterruptedException {
		return this.ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Says whether all has been read, or as much as may be. */
	boolean isDone() {
		return this.done;
	}

	/**
	 * Steps over the record that has ended the reading, if one has.
	 * @return whether reading can go on behind it; {@code false} if no record has been
	 * read, because its offset is then not known
	 */
	boolean stepOver() {
		long passed = this.next;
		if (!this.unreadable || passed < 0) {
			return false;
		}
		logger.warn("The history lacks the record at offset {} of the journal: it cannot be read", passed);
		this.unreadable = false;
		this.next = passed + 1;
		return true;
	}

	/** Whether the stretch begins with a record that cannot be read. */
	boolean isBlocked() {
		return this.unreadable && this.next < 0;
	}

	/** Returns how many records have been read. */
	long records() {
		return this.records.get();
	}

	/** Returns the offset of the first record that was there. */
	long first() {
		return this.first;
	}

	/**
	 * Takes a record in.
	 * @return whether it is the last
	 */
	boolean take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		Long offset = Chronicle.offset(properties);
		if (offset == null || offset >= this.end || this.budget.isSpent()) {
			this.first = (this.first < 0 && offset != null) ? offset : this.first;
			this.done = true;
			return true;
		}
		this.records.incrementAndGet();
		this.budget.spend(1, body.length + OVERHEAD);
		this.first = (this.first < 0) ? offset : this.first;
		this.next = offset + 1;
		this.chronicle.next(properties);
		JournalRecord record = this.decoder.read(envelope, properties, body);
		// A replica that was there more than an hour ago is no news.
		if (!(record instanceof JournalRecord.Replica)
				&& (record.instant() == null || !this.tolerance.isAhead(record.instant()))) {
			this.chronicle.tell(record);
		}
		return false;
	}

	/**
	 * What may be read at most. Used by one thread at a time.
	 */
	static final class Budget {

		private volatile long records;

		private volatile long bytes;

		Budget(long records, long bytes) {
			this.records = records;
			this.bytes = bytes;
		}

		synchronized void spend(long records, long bytes) {
			this.records -= records;
			this.bytes -= bytes;
		}

		boolean isSpent() {
			return this.records <= 0 || this.bytes <= 0;
		}

	}

	private final class Consumer extends DefaultConsumer {

		private final CountDownLatch end;

		private int unacknowledged;

		Consumer(Channel channel, CountDownLatch end) {
			super(channel);
			this.end = end;
		}

		@Override
		public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
				throws IOException {
			if (isDone()) {
				return;
			}
			if (take(envelope, properties, body)) {
				this.end.countDown();
			}
			else if (++this.unacknowledged >= ACKNOWLEDGE_EVERY) {
				this.unacknowledged = 0;
				getChannel().basicAck(envelope.getDeliveryTag(), true);
			}
		}

		/** Called after all messages that were delivered. */
		@Override
		public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
			HistoryReader.this.unreadable = BrokerConnection.isUnreadable(signal) && !isDone();
			this.end.countDown();
		}

		@Override
		public void handleCancel(String consumerTag) {
			this.end.countDown();
		}

	}

}
