package dev.ticktock.support;

import java.time.Duration;

/**
 * How long tests wait for what must come. It costs nothing where it comes, so it is meant
 * for the slowest machine.
 */
public final class Patience {

	/** For what takes a healthy system some seconds at most. */
	public static final Duration PATIENCE = Duration.ofSeconds(60);

	/** For what waits until a broker or a cluster of brokers is back. */
	public static final Duration RECOVERY = Duration.ofSeconds(90);

	private Patience() {
	}

}
