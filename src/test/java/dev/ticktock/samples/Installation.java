package dev.ticktock.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.ticktock.support.Program;
import dev.ticktock.support.Skipped;

import org.springframework.util.FileSystemUtils;

/**
 * A sample worker that is ready to run: a copy of its folder below {@code target}, in
 * which it has been built.
 *
 * @param folder where it runs
 */
record Installation(SampleWorker worker, Path folder) {

	/** For what loads and compiles. */
	static final Duration LONG = Duration.ofMinutes(10);

	private static final Map<SampleWorker, Installation> BUILT = new ConcurrentHashMap<>();

	/**
	 * Returns the worker, built once. Skips the test where the runtime or the client is
	 * not installed.
	 */
	static Installation of(SampleWorker worker) {
		return BUILT.computeIfAbsent(worker, Installation::build);
	}

	private static Installation build(SampleWorker worker) {
		Installation made = new Installation(worker, Path.of("target", "workers", worker.folder));
		try {
			FileSystemUtils.deleteRecursively(made.folder);
			FileSystemUtils.copyRecursively(Path.of("docs", "workers", worker.folder), made.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		try (Program version = made.run(worker.version)) {
			if (version.exitCode() != 0) {
				throw Skipped.without("%s (%s)".formatted(worker, version), worker.packages.split(" "));
			}
			System.out.printf("%s: %s%n", worker, String.join(" ", version.lines()));
		}
		try (Program build = made.run(worker.build)) {
			if (build.exitCode(LONG) != 0) {
				throw new IllegalStateException("%s is not built: %s".formatted(worker, build));
			}
		}
		return made;
	}

	/** Runs a command of a shell where the worker has been built. */
	Program run(String command) {
		return new Program(shell(command));
	}

	/** Returns the command of the worker, which takes the place of the shell. */
	ProcessBuilder command() {
		return shell("exec " + this.worker.run);
	}

	private ProcessBuilder shell(String command) {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(this.folder.toFile());
		// The Python of Debian has Debian's modules, another one in the path has not.
		builder.environment().merge("PATH", "/usr/bin", (path, first) -> first + ":" + path);
		builder.environment()
			.put("CLASSPATH",
					System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")));
		return builder;
	}

}
