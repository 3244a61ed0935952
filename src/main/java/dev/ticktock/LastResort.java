package dev.ticktock;

import java.util.function.IntConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when an {@link Error} has ended one of its threads: what restarts
 * processes can do so then, which nobody would do for one that is up and does nothing.
 *
 * <p>
 * Ends it at once. To end it in an orderly way needs threads and memory, and these may be
 * what is missing; another replica goes on as it does after a kill.
 */
final class LastResort implements Thread.UncaughtExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(LastResort.class);

	/** What BSD calls an internal software error. */
	static final int EXIT_CODE = 70;

	private final IntConsumer halt;

	LastResort(IntConsumer halt) {
		this.halt = halt;
	}

	@Override
	public void uncaughtException(Thread thread, Throwable fault) {
		if (!(fault instanceof Error)) {
			logger.error("Unexpected failure; the thread \"{}\" has ended", thread.getName(), fault);
			return;
		}
		try {
			logger.error("The thread \"{}\" has ended; exiting with code {}", thread.getName(), EXIT_CODE, fault);
		}
		finally {
			this.halt.accept(EXIT_CODE);
		}
	}

}
