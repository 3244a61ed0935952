package dev.ticktock.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;

import org.springframework.util.function.ThrowingConsumer;

/**
 * The tests that this machine cannot run. The last lines of {@code ./mvnw verify} name
 * the packages of Debian that they need, of which each is a file in a folder.
 */
public final class Skipped {

	private static final Path FOLDER = Path.of("target/skipped");

	private static final boolean FORBIDDEN = Boolean.parseBoolean(System.getenv("TICKTOCK_REQUIRE_RABBITMQ"));

	private Skipped() {
	}

	/**
	 * Returns the exception that skips a test.
	 * @param missing the program or library that the test needs
	 * @param packages the packages of Debian that bring it
	 * @throws IllegalStateException if the environment variable
	 * {@code TICKTOCK_REQUIRE_RABBITMQ} says that no test may be skipped
	 */
	public static TestAbortedException without(String missing, String... packages) {
		return new TestAbortedException(reason(missing, packages));
	}

	/** Skips the test where a program is not in the path, as {@link #without} does. */
	public static void unlessInstalled(String program, String debian) {
		if (!Commands.succeeds("sh", "-c", "command -v " + program)) {
			throw without(program, debian);
		}
	}

	/** Returns the reason for skipping tests, as {@link #without} does. */
	public static String reason(String missing, String... packages) {
		String reason = "SKIPPED: %s is missing. Install %s".formatted(missing, String.join(" ", packages));
		if (FORBIDDEN) {
			throw new IllegalStateException(reason);
		}
		System.err.println("\n*** " + reason + " ***\n");
		Stream.of(packages)
			.forEach(ThrowingConsumer
				.of((each) -> Files.writeString(Files.createDirectories(FOLDER).resolve(each), reason)));
		return reason;
	}

}
