package dev.ticktock.support;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long tests wait for what must come. It costs nothing where it comes, so it is meant
 * for the slowest machine, and for a cluster of brokers that comes back.
 */
public final class Patience {

	public static final Duration PATIENCE = Duration.ofMinutes(3);

	private Patience() {
	}

	public static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE);
	}

	public static ConditionFactory await(String what) {
		return Awaitility.await(what).atMost(PATIENCE);
	}

}
