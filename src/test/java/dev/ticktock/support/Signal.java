package dev.ticktock.support;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a process can be sent.
 */
enum Signal {

	KILL, STOP, CONT, TERM;

	void send(long pid) {
		try {
			Process kill = new ProcessBuilder("kill", "-" + name(), Long.toString(pid)).inheritIO().start();
			if (kill.waitFor() != 0) {
				throw new IllegalStateException("kill -%s %d failed".formatted(name(), pid));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
