package dev.ticktock.support;

import java.io.IOException;
import java.util.List;

import org.opentest4j.TestAbortedException;

/**
 * Finds a Python that has what a worker imports.
 */
public final class Python {

	private Python() {
	}

	/**
	 * Returns the command of a Python that can import a module. Skips the test, loudly,
	 * where there is none; fails it where the environment variable
	 * {@code TICKTOCK_REQUIRE_RABBITMQ} says that nothing may be skipped.
	 */
	public static String with(String module) throws IOException {
		for (String python : List.of("/usr/bin/python3", "python3")) {
			if (imports(python, module)) {
				return python;
			}
		}
		String skipped = "SKIPPED: no Python with the module " + module + ". Install python3-" + module;
		if (Boolean.parseBoolean(System.getenv("TICKTOCK_REQUIRE_RABBITMQ"))) {
			throw new IllegalStateException(skipped);
		}
		System.err.println("\n*** " + skipped + " ***\n");
		throw new TestAbortedException(skipped);
	}

	private static boolean imports(String python, String module) {
		try {
			return new ProcessBuilder(python, "-c", "import " + module).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
