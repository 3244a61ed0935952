package dev.ticktock.spring;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.context.event.EventListener;

/**
 * What a job of the tests does: it notes its ticks, and can be held.
 */
abstract class Work {

	private static final int ANY = 1_000_000;

	private static final Duration LONGEST = Duration.ofMinutes(1);

	private final Semaphore permits = new Semaphore(ANY);

	private final List<String> begun = new CopyOnWriteArrayList<>();

	private final List<String> done = new CopyOnWriteArrayList<>();

	private final List<String> troubles = new CopyOnWriteArrayList<>();

	/** Lets each job that begins from now on wait until it is released. */
	void hold() {
		this.permits.drainPermits();
	}

	void release() {
		this.permits.release(ANY);
	}

	void work(Tick tick) {
		String id = String.valueOf(tick.messageId());
		this.begun.add(id);
		try {
			if (!this.permits.tryAcquire(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException(id + " has not been released");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		this.done.add(id);
	}

	@EventListener
	void note(ListenerContainerConsumerFailedEvent event) {
		for (Throwable cause = event.getThrowable(); cause != null; cause = cause.getCause()) {
			this.troubles.add(String.valueOf(cause.getMessage()));
		}
	}

	/** Returns why its queue could not be consumed. */
	List<String> troubles() {
		return this.troubles;
	}

	/** Returns the ids of the ticks whose job has begun, in this order. */
	List<String> begun() {
		return this.begun;
	}

	/** Returns the ids of the ticks whose job has ended, in this order. */
	List<String> done() {
		return this.done;
	}

}
