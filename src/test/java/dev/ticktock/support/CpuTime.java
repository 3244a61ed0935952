package dev.ticktock.support;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Measures the processor time of the calling thread: what a test costs, however busy the
 * machine is with other things.
 */
public final class CpuTime {

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private CpuTime() {
	}

	public static Duration of(Runnable action) {
		long before = THREADS.getCurrentThreadCpuTime();
		action.run();
		return Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before);
	}

}
