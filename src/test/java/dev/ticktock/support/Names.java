package dev.ticktock.support;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes names that no other test uses, on a broker that tests share.
 */
public final class Names {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private Names() {
	}

	public static String unique(String prefix) {
		return "%s.%d.%d".formatted(prefix, ProcessHandle.current().pid(), COUNT.incrementAndGet());
	}

}
