package dev.ticktock.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.ticktock.support.Skipped;

import org.springframework.util.FileSystemUtils;

/**
 * A sample worker that is ready to run: a copy of its folder below {@code target}, in
 * which it has been built.
 *
 * @param folder where it runs
 * @param version the version of its client
 */
record Installation(SampleWorker worker, Path folder, String version) {

	private static final Map<SampleWorker, Installation> BUILT = new ConcurrentHashMap<>();

	/**
	 * Returns the worker, built once. Skips the test where the runtime or the client is
	 * not installed.
	 * @throws IllegalStateException if it cannot be built
	 */
	static Installation of(SampleWorker worker) {
		return BUILT.computeIfAbsent(worker, Installation::build);
	}

	private static Installation build(SampleWorker worker) {
		Path folder = Path.of("target", "workers", worker.folder());
		try {
			FileSystemUtils.deleteRecursively(folder);
			FileSystemUtils.copyRecursively(worker.documents(), folder);
			Result version = run(folder, worker.version());
			if (version.exitCode() != 0) {
				throw Skipped.without("%s (%s)".formatted(worker, version.output().strip()), worker.packages());
			}
			Result built = run(folder, worker.build());
			if (built.exitCode() != 0) {
				throw new IllegalStateException("%s is not built:%n%s".formatted(worker, built.output()));
			}
			return new Installation(worker, folder, version.output().strip());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes the table of the workers that have run, as it stands in the documents. */
	static void report(Path file) throws IOException {
		Stream<List<String>> head = Stream.of(List.of("language", "client", "version tested", "folder"),
				List.of("---", "---", "---", "---"));
		Stream<List<String>> rows = BUILT.values()
			.stream()
			.sorted(Comparator.comparing(Installation::worker))
			.map((built) -> built.worker().row(built.version()));
		Files.write(file,
				Stream.concat(head, rows).map((cells) -> "| %s |".formatted(String.join(" | ", cells))).toList());
	}

	/** Runs a command of a shell where the worker has been built. */
	Result run(String command) throws IOException {
		return run(this.folder, command);
	}

	private static Result run(Path folder, String command) throws IOException {
		try {
			Process process = shell(folder, command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return new Result(process.waitFor(), output);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Returns the command of the worker, which takes the place of the shell. */
	ProcessBuilder command() {
		return shell(this.folder, "exec " + this.worker.run());
	}

	private static ProcessBuilder shell(Path folder, String command) {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
		// The Python of Debian has Debian's modules, another one in the path has not.
		builder.environment().merge("PATH", "/usr/bin", (path, first) -> first + ":" + path);
		builder.environment()
			.put("CLASSPATH",
					System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")));
		return builder;
	}

	/**
	 * What a command has done.
	 *
	 * @param exitCode its exit status
	 * @param output all that it wrote
	 */
	record Result(int exitCode, String output) {

	}

}
