package dev.ticktock.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A TickTock that runs as users run it: the packaged jar in a process of its own, which
 * can be killed, frozen and asked to stop.
 */
public final class TickTockProcess extends Program {

	/** The packaged jar, as users start it. */
	public static final Path PACKAGED = Path.of("target/ticktock.jar");

	/** The same, unpacked. */
	static final Path JAR = Path.of("target/unpacked/ticktock.jar");

	/** The classes of the unpacked jar, as a start has loaded them. */
	private static final String ARCHIVE = "-XX:SharedArchiveFile=target/unpacked/ticktock.jsa";

	/** The options of a small and quick JVM. */
	static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m");

	private static final String PUBLISHED = "ticktock_ticks_published_total";

	private TickTockProcess(List<String> command) {
		super(builder(command));
	}

	private static ProcessBuilder builder(List<String> command) {
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().put("SERVER_PORT", "0");
		return builder;
	}

	/** Launches a TickTock without waiting for it. */
	public static TickTockProcess launch(List<String> arguments) {
		return launch(SMALL, arguments);
	}

	/** Launches a TickTock whose JVM has options, without waiting for it. */
	public static TickTockProcess launch(List<String> options, List<String> arguments) {
		return launch(List.of(), options, JAR, arguments);
	}

	/** Launches the jar that users start, without waiting for it. */
	public static TickTockProcess launchPackaged(List<String> options, List<String> arguments) {
		return launch(List.of(), options, PACKAGED, arguments);
	}

	static TickTockProcess launch(List<String> prefix, List<String> options, Path jar, List<String> arguments) {
		List<String> command = new ArrayList<>(prefix);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		if (jar.equals(JAR)) {
			command.add(ARCHIVE);
		}
		command.addAll(List.of("-jar", jar.toString()));
		command.addAll(arguments);
		return new TickTockProcess(command);
	}

	public static TickTockProcess start(List<String> arguments, String... more) {
		List<String> all = new ArrayList<>(arguments);
		all.addAll(Arrays.asList(more));
		TickTockProcess process = launch(all);
		process.awaitLog("Started TickTockApplication");
		return process;
	}

	/** Waits for a line that contains all of some texts, and returns it. */
	public String awaitLog(String... texts) {
		List<String> wanted = List.of(texts);
		await(wanted.toString(), () -> assertThat(line(wanted)).as("%s is logged by %s", wanted, this).isPresent());
		return line(wanted).orElseThrow();
	}

	private Optional<String> line(List<String> texts) {
		return lines().stream().filter((line) -> texts.stream().allMatch(line::contains)).findFirst();
	}

	/** Waits until it leads and publishes. */
	public void awaitTicks() {
		awaitLog("Started TickTockApplication");
		awaitLog("Became leader");
		double before = meter(PUBLISHED);
		Patience.await("ticks").until(() -> meter(PUBLISHED) >= before + 2);
	}

	public boolean logged(String text) {
		return countLogged(text) > 0;
	}

	public long countLogged(String text) {
		return lines().stream().filter((line) -> line.contains(text)).count();
	}

	public int port() {
		return find(".*Tomcat started on port (\\d+).*").map((found) -> Integer.parseInt(found.group(1)))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("no HTTP port in the log"));
	}

	public String actuator(String path) {
		return Commands.get("http://localhost:%d/actuator/%s".formatted(port(), path)).body();
	}

	/** Returns the sum of the meters whose lines for Prometheus begin like this. */
	public double meter(String beginning) {
		return actuator("prometheus").lines()
			.filter((line) -> line.startsWith(beginning))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum();
	}

}
