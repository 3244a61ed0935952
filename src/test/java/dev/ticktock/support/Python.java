package dev.ticktock.support;

import java.util.List;
import java.util.Map;

/**
 * Finds a Python that has what a worker imports.
 */
public final class Python {

	/** By module; others are of Python itself. */
	private static final Map<String, String> PACKAGES = Map.of("pika", "python3-pika", "aioamqp", "python3-aioamqp");

	private Python() {
	}

	/**
	 * Returns the command of a Python that can import a module. Skips the test where
	 * there is none.
	 */
	public static String with(String module) {
		for (String python : List.of("/usr/bin/python3", "python3")) {
			if (Commands.succeeds(python, "-c", "import " + module)) {
				return python;
			}
		}
		throw Skipped.without("the module %s of Python".formatted(module), PACKAGES.getOrDefault(module, "python3"));
	}

}
