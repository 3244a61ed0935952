package dev.ticktock.missed;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.Backoff;
import dev.ticktock.broker.BrokerAwayException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.leader.Leadership;
import dev.ticktock.missed.MissedReader.Destination;
import dev.ticktock.time.Heart;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Reads missed ticks for as long as this replica leads, on a connection of its own, so
 * that nothing that comes this way can hold up or end a term. What it has not
 * acknowledged when the term ends is delivered to the next leader. One thread does all of
 * it; if the broker refuses, ticks go on without it.
 */
final class MissedReading implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(MissedReading.class);

	/** How often the term and the messages are looked at. */
	private static final Duration WATCH = Duration.ofMillis(100);

	/** How long a refusal is taken as the last word. */
	private static final Duration REFUSED = Duration.ofMinutes(1);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** A tick has less than two kilobytes. */
	private static final int LARGEST_BODY = 65_536;

	private final BrokerConnector connector;

	private final Leadership leadership;

	private final MissedQueue queue;

	private final Supplier<Destination> destination;

	private final Vetting vetting;

	private final String run;

	private final Clock clock;

	private final Uptime uptime;

	private final Backoff backoff;

	private final Throttle lines;

	private final Heart heart;

	private String refusal = "";

	private volatile CountDownLatch stopped = new CountDownLatch(0);

	private volatile @Nullable Thread thread;

	/**
	 * Creates the reading; it begins with the application.
	 * @param destination where the ticks of a term are written down
	 * @param run the name of the writer
	 */
	MissedReading(BrokerConnector connector, Leadership leadership, MissedQueue queue,
			Supplier<Destination> destination, Vetting vetting, String run, Clock clock, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.leadership = leadership;
		this.queue = queue;
		this.destination = destination;
		this.vetting = vetting;
		this.run = run;
		this.clock = clock;
		this.uptime = uptime;
		this.backoff = new Backoff(uptime);
		this.lines = new Throttle(uptime, PAUSE);
		this.heart = hearts.of("missed");
	}

	@Override
	public void start() {
		this.stopped = new CountDownLatch(1);
		Thread started = new Thread(this::run, "missed");
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	private void run() {
		try {
			while (!isStoppedWithin(WATCH)) {
				if (this.leadership.term() != null) {
					readOnce();
				}
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Stopped reading missed ticks");
		}
		this.heart.stop();
	}

	private boolean isStoppedWithin(Duration patience) throws InterruptedException {
		this.heart.beat(patience);
		return this.stopped.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Must not fail, whatever happens: with it the thread would end. */
	private void readOnce() throws InterruptedException {
		try {
			read();
		}
		catch (BrokerRefusedException ex) {
			refused(ex);
			isStoppedWithin(REFUSED);
		}
		catch (BrokerUnavailableException | IOException | TimeoutException | ShutdownSignalException ex) {
			if (BrokerConnection.isUnreadable(ex)) {
				dropUnreadable();
			}
			else {
				unavailable(ex);
			}
			this.backoff.pause();
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			this.backoff.pause();
		}
	}

	/**
	 * Takes the messages that the reader was given, in their order, up to the one that
	 * cannot be read, without acknowledgement: the broker forgets each message as it
	 * sends it.
	 */
	private void dropUnreadable() {
		int dropped = 0;
		try (BrokerConnection connection = this.connector.connect("missed", LARGEST_BODY)) {
			Channel channel = connection.channel();
			while (dropped < MissedReader.PREFETCH && channel.basicGet(this.queue.name(), true) != null) {
				dropped++;
			}
		}
		catch (BrokerUnavailableException | BrokerRefusedException | IOException | ShutdownSignalException ex) {
			if (BrokerConnection.isUnreadable(ex)) {
				int before = dropped;
				this.lines.take((held) -> logger.error(
						"Dropped a message of \"{}\" that cannot be read, and {} before it ({}). The same happened {} times before",
						this.queue.name(), before, BrokerConnection.reason(ex), held));
			}
			else {
				unavailable(ex);
			}
		}
	}

	private void read() throws BrokerUnavailableException, BrokerRefusedException, IOException, TimeoutException,
			InterruptedException {
		this.heart.rest();
		try (BrokerConnection connection = this.connector.connect("missed", LARGEST_BODY)) {
			if (!connection.dialect().deadLetters()) {
				logger.debug("{} gives nothing away, so nothing is known of missed ticks", connection.describe());
				isStoppedWithin(REFUSED);
				return;
			}
			this.queue.declare(connection);
			MissedReader reader = new MissedReader(connection.channel(), this.vetting, this.destination.get(), this.run,
					this.clock, this.uptime);
			reader.attach(this.queue.name(), this.connector.consumerTag());
			this.backoff.connected();
			this.refusal = "";
			while (this.leadership.term() != null && this.stopped.getCount() > 0) {
				this.heart.beat(MissedReader.CONFIRM);
				if (reader.awaitEnd(WATCH)) {
					ShutdownSignalException end = reader.getChannel().getCloseReason();
					throw new BrokerUnavailableException("the broker stopped delivering"
							+ ((end != null) ? ": " + BrokerConnection.reason(end) : ""), end);
				}
				reader.look();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			BrokerRefusedException refused = this.connector.refusal(MissedQueue.PROPERTY, this.queue.name(), ex);
			if (refused != null) {
				throw refused;
			}
			throw ex;
		}
	}

	private void refused(BrokerRefusedException ex) {
		if (!ex.getMessage().equals(this.refusal)) {
			this.refusal = ex.getMessage();
			logger.warn("Missed ticks are not counted: {} TickTock goes on without them and tries again every minute.",
					ex.getMessage());
		}
	}

	/** Whoever leads says so itself when the broker is away. */
	private void unavailable(Exception ex) {
		if (ex instanceof BrokerAwayException || this.leadership.term() == null) {
			logger.debug("Cannot read missed ticks: {}", BrokerConnection.reason(ex));
			return;
		}
		this.lines
			.take((held) -> logger.warn("Cannot read missed ticks: {}; retrying. The same happened {} times before",
					BrokerConnection.reason(ex), held));
	}

	private void failed(Throwable fault) {
		try {
			this.lines.take((held) -> logger
				.error("Unexpected failure; reading missed ticks again. {} more failures before", held, fault));
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next one may.
			return;
		}
	}

	/** Does not wait: what is not acknowledged goes to the next leader. */
	@Override
	public void stop() {
		this.stopped.countDown();
		this.backoff.wake();
		this.thread = null;
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}
