package dev.ticktock.support;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortLocks}.
 */
class PortLocksTests {

	private static final String CLASS_PATH = System.getProperty("java.class.path");

	@Test
	void aPortIsLockedOnce() {
		int port = FreePort.find();
		assertThat(PortLocks.lock(port)).isFalse();
	}

	@Test
	void whatOneJvmHasAnotherIsRefusedWhileTheFirstRuns() throws Exception {
		int port = FreePort.find();
		// Above those that are handed out.
		int other = 40_000 + (int) (ProcessHandle.current().pid() % 20_000);
		assertThat(lockedElsewhere(port)).isFalse();
		assertThat(lockedElsewhere(other)).isTrue();
		assertThat(PortLocks.lock(other)).isTrue();
	}

	private static boolean lockedElsewhere(int port) throws Exception {
		Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				CLASS_PATH, Another.class.getName(), Integer.toString(port))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		return jvm.waitFor() == 0;
	}

	/**
	 * Another JVM.
	 */
	static final class Another {

		private Another() {
		}

		public static void main(String[] args) {
			System.exit(PortLocks.lock(Integer.parseInt(args[0])) ? 0 : 1);
		}

	}

}
