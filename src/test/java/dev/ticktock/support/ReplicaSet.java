package dev.ticktock.support;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several replicas with the same settings, known by their names.
 */
public final class ReplicaSet implements AutoCloseable {

	private final Map<String, TickTockProcess> running = new LinkedHashMap<>();

	private final List<String> arguments;

	private final List<String> prefix;

	private final String family;

	private int count;

	public ReplicaSet(List<String> arguments) {
		this("replica", arguments, List.of());
	}

	/**
	 * Creates a set.
	 * @param family what the names of the replicas begin with
	 * @param prefix a command that executes the one that follows it
	 */
	public ReplicaSet(String family, List<String> arguments, List<String> prefix) {
		this.family = family;
		this.arguments = List.copyOf(arguments);
		this.prefix = List.copyOf(prefix);
	}

	public String launch(String... more) {
		return launch(TickTockProcess.JAR, more);
	}

	public String launch(Path jar, String... more) {
		this.count++;
		String name = this.family + "-" + this.count;
		List<String> all = new ArrayList<>(this.arguments);
		all.add("--ticktock.replica=" + name);
		all.addAll(List.of(more));
		this.running.put(name, TickTockProcess.launch(this.prefix, TickTockProcess.SMALL, jar, all));
		return name;
	}

	/** Starts replicas one after the other and waits until they stand by. */
	public ReplicaSet start(int replicas) {
		for (int i = 0; i < replicas; i++) {
			launch();
		}
		try {
			awaitStandby();
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
		return this;
	}

	/** Waits until every replica has stood by at least once. */
	public void awaitStandby() {
		this.running.values().forEach((replica) -> replica.awaitLog("Standing by"));
	}

	public TickTockProcess get(String name) {
		TickTockProcess replica = this.running.get(name);
		if (replica == null) {
			throw new IllegalArgumentException("no replica " + name + " in " + this.running.keySet());
		}
		return replica;
	}

	public List<String> names() {
		return List.copyOf(this.running.keySet());
	}

	public String otherThan(String name) {
		return names().stream().filter((each) -> !each.equals(name)).findFirst().orElseThrow();
	}

	public void kill(String name) {
		get(name).kill();
		this.running.remove(name);
	}

	public void terminate(String name) {
		get(name).terminate();
		this.running.remove(name);
	}

	public String leader() {
		return Patience.await("a leader among " + names())
			.ignoreExceptions()
			.until(() -> names().stream()
				.filter((name) -> get(name).actuator("health").contains("\"role\":\"LEADER\""))
				.toList(), (found) -> found.size() == 1)
			.get(0);
	}

	/** Returns the moment at which a replica last wrote that it leads, from its log. */
	public Instant led(String name) {
		get(name).awaitLog("Became leader");
		List<Instant> terms = terms(name);
		return terms.get(terms.size() - 1);
	}

	/** Returns the moments at which a replica wrote that it leads, from its log. */
	public List<Instant> terms(String name) {
		return get(name).lines()
			.stream()
			.filter((line) -> line.contains("Became leader"))
			.map((line) -> Instant.parse(line.substring(0, line.indexOf(' '))))
			.toList();
	}

	/** Returns how many terms the running replicas have begun. */
	public int terms() {
		return names().stream().mapToInt((name) -> terms(name).size()).sum();
	}

	/** Returns the time from being granted the baton to the first publish. */
	public Duration tookOver(String name) {
		return Duration.ofNanos((long) (get(name).meter("ticktock_takeover_seconds_max") * 1e9));
	}

	@Override
	public void close() {
		this.running.values().forEach(TickTockProcess::close);
	}

}
