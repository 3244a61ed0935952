package dev.ticktock.support;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds ports without a listener. None is returned twice, and JVMs begin far from each
 * other, so that two that run tests at a time do not meet.
 */
public final class FreePort {

	/** Linux gives outgoing connections the ports from 32,768 on. */
	private static final int FIRST = 12_000;

	private static final int PORTS = 20_000;

	private static final AtomicInteger NEXT = new AtomicInteger((int) (ProcessHandle.current().pid() * 7919 % PORTS));

	private FreePort() {
	}

	/**
	 * Returns a port that was free a moment ago, at every address of this machine.
	 */
	public static int find() {
		int port = FIRST + NEXT.getAndIncrement() % PORTS;
		try (ServerSocket socket = new ServerSocket(port, 1)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			return find();
		}
	}

}
