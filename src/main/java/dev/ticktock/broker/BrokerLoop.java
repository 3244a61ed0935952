package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.time.Hearts.Heart;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A thread that works with the broker for as long as the application runs: the work
 * connects and goes on until something ends it; then the loop logs the reason and begins
 * again, at once after a connection that has lasted and with pauses of up to a few
 * seconds otherwise. Work that returns is begun again at once.
 *
 * <p>
 * A failure is logged at once, and again when its reason changes or a minute has passed.
 * A refusal that waiting cannot mend is logged once while it stays the same. Only an
 * {@link Exception} is survived: an {@link Error} ends the thread, and with it the
 * process.
 *
 * <p>
 * {@link #start}, {@link #stop}, {@link #wake} and {@link #isStopping} are called by any
 * thread, all else by the work.
 */
public final class BrokerLoop {

	private static final Duration A_MINUTE = Duration.ofMinutes(1);

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

	/** How long a connection lasts that ends an outage. */
	private static final Duration PROVEN = Duration.ofSeconds(10);

	private final String name;

	private final Work work;

	private final Logger logger;

	private final String failing;

	private final Uptime uptime;

	private final Heart heart;

	/** The reason of the last failure; empty if it is over. */
	private String reason = "";

	private Duration failingSince = Duration.ZERO;

	private Duration loggedAt = Duration.ZERO;

	private Duration pause = Duration.ZERO;

	private @Nullable Duration connectedAt;

	private final Semaphore wake = new Semaphore(0);

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	/**
	 * Creates a loop.
	 * @param name the name of the thread
	 * @param logger the logger of the class whose work it is
	 * @param failing what a failure keeps TickTock from, as the beginning of a line;
	 * empty for the loop that logs for all that no broker answers, and at level ERROR
	 * that it refuses
	 */
	public BrokerLoop(String name, Work work, Logger logger, String failing, Uptime uptime, Heart heart) {
		this.name = name;
		this.work = work;
		this.logger = logger;
		this.failing = failing;
		this.uptime = uptime;
		this.heart = heart;
	}

	public void start() {
		this.stopping = false;
		Thread started = new Thread(this::run, this.name);
		started.setDaemon(true);
		started.start();
		// Not before: without another native thread, it has not begun.
		this.thread = started;
	}

	private void run() {
		while (!isStopping()) {
			this.heart.rest();
			try {
				this.work.run();
			}
			catch (Exception ex) {
				if (!isStopping()) {
					failed(ex);
					this.heart.rest();
					backOff();
				}
			}
		}
		this.heart.stop();
	}

	void failed(Exception failure) {
		Duration now = this.uptime.now();
		Duration connected = this.connectedAt;
		this.connectedAt = null;
		if (connected != null && this.uptime.isOver(PROVEN, connected)) {
			connected = null;
			this.pause = Duration.ZERO;
			works();
		}
		String latest = reason(failure);
		boolean same = latest.equals(this.reason);
		boolean refused = failure instanceof BrokerRefusedException;
		this.failingSince = this.reason.isEmpty() ? now : this.failingSince;
		this.reason = latest;
		boolean due = !same || (!refused && now.minus(this.loggedAt).compareTo(A_MINUTE) >= 0);
		if (due && (this.failing.isEmpty() || !(failure instanceof BrokerUnavailableException.Away))) {
			this.loggedAt = now;
			log(failure, now.minus(this.failingSince));
		}
		else {
			this.logger.debug("{}{}; retrying {}", this.failing, latest, next());
		}
	}

	private void log(Exception failure, Duration lasted) {
		if (failure instanceof BrokerRefusedException) {
			this.logger.atLevel(this.failing.isEmpty() ? Level.ERROR : Level.WARN)
				.log("{}{} TickTock keeps retrying.", this.failing, this.reason);
		}
		else if (!isOfTheBroker(failure)) {
			this.logger.error("{}Unexpected failure; reconnecting", this.failing, failure);
		}
		else if (lasted.compareTo(A_MINUTE) < 0) {
			this.logger.warn("{}{}; retrying {}", this.failing, this.reason, next());
		}
		else {
			this.logger.warn("{}{}; for {} min now, retrying all the time", this.failing, this.reason,
					lasted.toMinutes());
		}
	}

	private String next() {
		return this.pause.isZero() ? "immediately" : "in " + this.pause.toMillis() + " ms";
	}

	private void backOff() {
		await(this.pause);
		Duration doubled = this.pause.multipliedBy(2);
		Duration longer = (doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE;
		this.pause = this.pause.isZero() ? SHORTEST_PAUSE : longer;
	}

	/** Returns why the work has failed, as a sentence. */
	public static String reason(Exception failure) {
		if (failure instanceof IOException || failure instanceof ShutdownSignalException) {
			return "Lost the connection to the broker: " + BrokerConnection.reason(failure);
		}
		return isOfTheBroker(failure) ? String.valueOf(failure.getMessage()) : failure.toString();
	}

	private static boolean isOfTheBroker(Exception failure) {
		return failure instanceof BrokerUnavailableException || failure instanceof BrokerRefusedException
				|| failure instanceof IOException || failure instanceof ShutdownSignalException;
	}

	/** The broker has accepted a connection and what was declared on it. */
	public void connected() {
		this.connectedAt = this.uptime.now();
	}

	/** The work has done what it is for: the next failure is a new one. */
	public void works() {
		this.reason = "";
	}

	/**
	 * Waits, unless the loop is woken or stopped.
	 * @return whether the work goes on
	 */
	public boolean pause(Duration time) {
		this.heart.beat(time);
		await(time);
		return !isStopping();
	}

	private void await(Duration time) {
		try {
			if (this.wake.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
				this.wake.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			this.logger.debug("Interrupted");
		}
	}

	public void wake() {
		this.wake.release();
	}

	/** Ends the loop after its work. */
	public void stop() {
		this.stopping = true;
		wake();
	}

	/** Waits for the end of a loop that has been stopped. */
	public void awaitEnd(Duration patience) {
		Thread running = this.thread;
		this.thread = null;
		if (running != null) {
			try {
				running.join(patience.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	public boolean isStopping() {
		return this.stopping;
	}

	public boolean isRunning() {
		return this.thread != null;
	}

	/**
	 * The work of a loop, until that is stopped or something ends it. An exception of
	 * this package, of a channel or of a connection has the broker as its reason; any
	 * other is a fault of TickTock.
	 */
	@FunctionalInterface
	public interface Work {

		void run() throws Exception;

	}

}
