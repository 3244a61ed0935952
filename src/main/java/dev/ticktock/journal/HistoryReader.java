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
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.HelloMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.MissedMessage;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.Seal;
import dev.ticktock.message.SkippedMessage;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Skipping;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one stretch of the journal up to an offset. It can be attached again after a
 * disconnection and goes on where it was.
 *
 * <p>
 * Which ticks count is only known once a marker or a checkpoint has told a seal, so the
 * stretch begins with the first of these, and what lies before is left to the stretch
 * before. Nothing is said of what does not count: {@link Ledger} has said it, when it
 * came.
 */
final class HistoryReader {

	private static final Logger logger = LoggerFactory.getLogger(HistoryReader.class);

	private static final int PREFETCH = 500;

	private static final int ACKNOWLEDGE_EVERY = 100;

	/** What a record has besides its body, roughly. */
	private static final int OVERHEAD = 300;

	private final String queue;

	private final long end;

	private final Trust trust;

	private final ClockTolerance tolerance;

	private final Chronicle chronicle;

	private final Budget budget;

	private final Seals seals = new Seals();

	private final AtomicLong records = new AtomicLong();

	private volatile long first = -1;

	private volatile long next = -1;

	private volatile long told;

	private volatile boolean done;

	private volatile boolean unreadable;

	private volatile CountDownLatch ended = new CountDownLatch(1);

	/**
	 * Creates a reader.
	 * @param end the offset of the first record that is not read
	 * @param budget what may be read at most, by all stretches together
	 */
	HistoryReader(String queue, long end, Trust trust, ClockTolerance tolerance, Chronicle chronicle, Budget budget) {
		this.queue = queue;
		this.end = end;
		this.told = end;
		this.trust = trust;
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

	/** Returns the offset of the first record that has been told, or else the end. */
	long told() {
		return this.told;
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
		boolean began = !this.seals.isEmpty();
		try {
			read(envelope, properties, body);
		}
		catch (IllegalArgumentException ex) {
			logger.debug("Passing over a journal record that cannot be read: {}", ex.getMessage());
		}
		if (!began && !this.seals.isEmpty()) {
			this.told = offset;
		}
		return false;
	}

	private void read(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		this.chronicle.next(properties);
		String key = envelope.getRoutingKey();
		boolean own = TickMessage.APP_ID.equals(properties.getAppId()) && properties.getType() != null;
		switch (own ? properties.getType() : "") {
			case TickMessage.TYPE -> readTick(envelope, properties, body);
			case Marker.TYPE -> remember(isTrusted(envelope, properties) ? Marker.seal(properties) : null, false);
			case CheckpointMessage.TYPE ->
				remember(isTrusted(envelope, properties) ? CheckpointMessage.seal(body) : null, true);
			case SkippedMessage.TYPE -> {
				if (!this.seals.isEmpty() && isTrusted(envelope, properties)) {
					Skipping skipping = SkippedMessage.read(body);
					if (!this.tolerance.isAhead(skipping.noticed())) {
						this.chronicle.skipped(skipping);
					}
				}
			}
			case HelloMessage.TYPE -> {
				// Who was there more than an hour ago is no news.
			}
			case MissedMessage.TYPE -> {
				if (!this.seals.isEmpty() && isTrusted(envelope, properties)) {
					MissedTicks missed = MissedMessage.read(body);
					if (!this.tolerance.isAhead(missed.noticed())) {
						this.chronicle.missed(missed);
					}
				}
			}
			default -> {
				if (!this.seals.isEmpty() && !envelope.getExchange().isEmpty()) {
					this.chronicle.byHand(key);
				}
			}
		}
	}

	private boolean isTrusted(Envelope envelope, AMQP.BasicProperties properties) {
		return this.trust.isOf(envelope.getExchange(), envelope.getRoutingKey(), this.queue, properties);
	}

	private void remember(@Nullable Seal seal, boolean checkpoint) {
		if (seal != null) {
			this.seals.remember(seal, checkpoint);
		}
	}

	private void readTick(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		Cursor tick = TickMessage.read(envelope.getRoutingKey(), properties);
		if (tick == null) {
			if (!this.seals.isEmpty()) {
				this.chronicle.byHand(envelope.getRoutingKey());
			}
		}
		else if (this.seals.isOneOn(properties) && !this.tolerance.isAhead(tick.slot())) {
			this.chronicle.tick(envelope.getRoutingKey(), tick.slot(), properties, body);
		}
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
