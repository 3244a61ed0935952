package dev.ticktock.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the ports of this JVM from other JVMs that run tests: each is a byte of a file
 * which is locked until the JVM ends, however it ends.
 */
final class PortLocks {

	private static final Path FILE = Path.of(System.getProperty("java.io.tmpdir"),
			"ticktock-test-ports." + System.getProperty("user.name"));

	/** Never closed, because that would give up the locks. */
	private static final FileChannel CHANNEL = open();

	private static final List<FileLock> HELD = new ArrayList<>();

	private PortLocks() {
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
	 * Locks a port.
	 * @return {@code false} if it is locked already, by this JVM or another
	 */
	static synchronized boolean lock(int port) {
		try {
			FileLock lock = CHANNEL.tryLock(port, 1, false);
			if (lock != null) {
				HELD.add(lock);
			}
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
