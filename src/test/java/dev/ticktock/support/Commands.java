package dev.ticktock.support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.linesOf;

/**
 * Commands of this machine, what it knows of its processes, and requests to them. A
 * failure is an unchecked exception, which fails the test.
 */
public final class Commands {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private Commands() {
	}

	/** Runs a command, and returns what it wrote, or throws it, if it fails. */
	public static String run(String... command) {
		return run(List.of(command));
	}

	public static String run(List<String> command) {
		return run(new ProcessBuilder(command));
	}

	public static String run(ProcessBuilder builder) {
		return ThrowingSupplier.of(() -> {
			Process process = builder.redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s%n%s".formatted(String.join(" ", builder.command()), output));
			}
			return output;
		}).get();
	}

	static boolean succeeds(String... command) {
		try {
			run(command);
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/** Sends a signal, such as {@code KILL}. */
	static void signal(String signal, long pid) {
		run("kill", "-" + signal, Long.toString(pid));
	}

	/** Returns a field of the status of a process, such as {@code VmRSS}. */
	static String status(long pid, String field) {
		return linesOf(Path.of("/proc", Long.toString(pid), "status")).stream()
			.map((line) -> line.split("\\s+"))
			.filter((words) -> words[0].equals(field + ":"))
			.map((words) -> words[1])
			.findFirst()
			.orElseThrow();
	}

	public static double residentMebibytes(long pid) {
		return Long.parseLong(status(pid, "VmRSS")) / 1024.0;
	}

	/** Returns an answer to GET, of any status. */
	public static HttpResponse<String> get(String uri) {
		return send(HttpRequest.newBuilder(URI.create(uri)).build());
	}

	/** Returns an answer, of any status. */
	public static HttpResponse<String> send(HttpRequest request) {
		return ThrowingSupplier.of(() -> HTTP.send(request, HttpResponse.BodyHandlers.ofString())).get();
	}

}
