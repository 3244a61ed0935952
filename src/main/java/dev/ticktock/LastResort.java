package dev.ticktock;

import java.util.function.IntConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Halts the process after an {@link Error}, so that a supervisor restarts it. An orderly
 * end would need threads and memory, which may be what is missing; another replica goes
 * on as after a kill.
 */
record LastResort(IntConsumer halt) implements Thread.UncaughtExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(LastResort.class);

	/** BSD's code for an internal software error. */
	static final int EXIT_CODE = 70;

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
