package dev.ticktock.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out the ports of a range, each at most once, beginning somewhere in it.
 */
final class PortSource {

	/** Above what servers usually listen on. */
	private static final int FIRST = 12_000;

	private static final int LAST = 31_999;

	/** A range that is smaller than this is not worth the name. */
	private static final int ENOUGH = 1000;

	private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

	private final int first;

	private final int size;

	private final int start;

	private int taken;

	/**
	 * Creates a source.
	 * @param first the first port of the range
	 * @param last the last port of the range
	 * @param start the port to begin with
	 */
	PortSource(int first, int last, int start) {
		this.first = first;
		this.size = last - first + 1;
		this.start = start;
	}

	/**
	 * Returns a source of ports that the system gives to no outgoing connection, as far
	 * as it says which those are. It begins at random, so that two JVMs at a time hardly
	 * get the same ones.
	 */
	static PortSource belowEphemeral() {
		int last = last(ephemeral());
		return new PortSource(FIRST, last, ThreadLocalRandom.current().nextInt(FIRST, last + 1));
	}

	private static String ephemeral() {
		try {
			return Files.exists(EPHEMERAL) ? Files.readString(EPHEMERAL) : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the last port below a range of ephemeral ports. Where that range begins so
	 * low that hardly any is left, it is ignored.
	 * @param ephemeral the range as Linux writes it, empty if it is unknown
	 */
	static int last(String ephemeral) {
		if (ephemeral.isBlank()) {
			return LAST;
		}
		int lowest = new Scanner(ephemeral).nextInt();
		return (lowest < FIRST + ENOUGH) ? LAST : Math.min(LAST, lowest - 1);
	}

	/**
	 * Returns a port that was free a moment ago, at every address of this machine.
	 */
	synchronized int next() {
		while (this.taken < this.size) {
			int port = this.first + (this.start - this.first + this.taken++) % this.size;
			if (isFree(port)) {
				return port;
			}
		}
		throw new IllegalStateException(
				"no port is left between %d and %d".formatted(this.first, this.first + this.size - 1));
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1)) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
