package dev.ticktock.support;

/**
 * Finds ports that nobody listens on.
 */
public final class FreePort {

	private static final PortSource PORTS = PortSource.belowEphemeral();

	private FreePort() {
	}

	/**
	 * Returns a port that was free a moment ago and that no connection out of this
	 * machine is given. The same one is never returned twice, nor to another JVM while
	 * this one runs.
	 */
	public static int find() {
		int port = PORTS.next();
		while (!PortLocks.lock(port)) {
			port = PORTS.next();
		}
		return port;
	}

}
