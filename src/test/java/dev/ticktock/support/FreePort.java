package dev.ticktock.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports without a listener. Each is a byte of a file that is locked until the JVM
 * ends, so that no port is returned twice, nor to two JVMs.
 */
public final class FreePort {

	private static final int FIRST = 12_000;

	/** Linux gives outgoing connections the ports above. */
	private static final int LAST = 31_999;

	private static final Path FILE = Path.of(System.getProperty("java.io.tmpdir"),
			"ticktock-test-ports." + System.getProperty("user.name"));

	/** Never closed, because that would give up the locks. */
	private static final FileChannel CHANNEL = open();

	private static final List<FileLock> HELD = new ArrayList<>();

	private FreePort() {
	}

	private static FileChannel open() {
		try {
			return FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns a port that was free a moment ago, at every address of this machine.
	 */
	public static synchronized int find() {
		int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
		while (!lock(port) || !isFree(port)) {
			port = (port < LAST) ? port + 1 : FIRST;
		}
		return port;
	}

	private static boolean lock(int port) {
		try {
			FileLock lock = CHANNEL.tryLock(port, 1, false);
			return lock != null && HELD.add(lock);
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
