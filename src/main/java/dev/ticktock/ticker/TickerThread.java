package dev.ticktock.ticker;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import dev.ticktock.time.Heart;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * The ticker's only thread: whatever a tick throws, the next one comes.
 */
final class TickerThread extends ThreadPoolTaskScheduler {

	private static final long serialVersionUID = 1L;

	private static final Logger logger = LoggerFactory.getLogger(TickerThread.class);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final transient Heart heart;

	private final transient Throttle faults;

	TickerThread(Heart heart, Uptime uptime) {
		this.heart = heart;
		this.faults = new Throttle(uptime, PAUSE);
		setErrorHandler(this::failed);
	}

	/** Must not fail, whatever has happened: the scheduler would forget the task. */
	private void failed(Throwable fault) {
		try {
			this.faults.take((held) -> logger.error(
					"Unexpected failure; publishing again in a second. {} more failures since the last such line", held,
					fault));
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next one may.
			return;
		}
	}

	@Override
	protected void beforeExecute(Thread thread, Runnable task) {
		super.beforeExecute(thread, task);
		this.heart.beat(INTERVAL);
	}

	/**
	 * Lets the thread end, and with it the process, when the scheduler itself has failed:
	 * it keeps what was thrown to itself, and does not call again.
	 */
	@Override
	protected void afterExecute(Runnable task, @Nullable Throwable failure) {
		super.afterExecute(task, failure);
		if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()
				&& cause(future) instanceof Error error) {
			throw error;
		}
	}

	private static @Nullable Throwable cause(Future<?> done) {
		try {
			done.get();
			return null;
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	@Override
	public void shutdown() {
		super.shutdown();
		this.heart.stop();
	}

}
