package dev.ticktock.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.benchmark.Report;
import dev.ticktock.support.Moment;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures three instances of TickTock and of each peer, one after the other, with the
 * same jobs. Never fails for what a peer does.
 */
@RequiresRabbitMq(privateNode = true)
class PeersBenchmark {

	private static final RabbitMqNode NODE = new RabbitMqNode();

	private static final Report REPORT = new Report();

	private static final int INSTANCES = 3;

	private static final int JOBS = 10;

	private static final Duration WARM_UP = Duration.ofSeconds(15);

	private static final int SLOTS = 60;

	private static final int KILLS = 3;

	/** How long a job is waited for after a kill. */
	private static final Duration AFTER_A_KILL = Duration.ofSeconds(25);

	private static final int MANY = 10_000;

	private static final int MINUTES = 2;

	/** A job that has not run so long after its slot counts as missing. */
	private static final Duration OF_A_MINUTE = Duration.ofSeconds(55);

	@TempDir
	private static Path folder;

	private static @Nullable PostgreSql postgreSql;

	@BeforeAll
	static void start() throws Exception {
		postgreSql = new PostgreSql();
		NODE.start();
		REPORT.machine(NODE);
	}

	@AfterAll
	static void report() throws IOException {
		NODE.close();
		if (postgreSql != null) {
			postgreSql.close();
		}
		REPORT.write(Path.of("target/peers.md"));
	}

	@Test
	void jobsThatAreDueEachSecond() throws Exception {
		REPORT.section("%d jobs each second on %d instances, %d slots, and %d kills of the busiest instance"
			.formatted(JOBS, INSTANCES, SLOTS, KILLS));
		REPORT.header("scheduler", "lag p50, ms", "p99, ms", "missing", "doubled",
				"silence of a job after a kill, median, ms", "worst, ms", "missing by kills", "doubled");
		eachWith(JOBS, "*", PeersBenchmark::seconds);
	}

	private static void seconds(String title, Instances instances) throws IOException {
		Instant from = second(Instant.now().plus(WARM_UP));
		Instant to = from.plusSeconds(SLOTS);
		Moment.await(to.plusSeconds(5));
		List<Run> runs = between(instances.runs(), from, to);
		List<Double> lags = runs.stream().map((run) -> run.lag().toNanos() / 1e6).toList();
		List<Double> silences = new ArrayList<>();
		Instant killed = second(Instant.now());
		for (int i = 0; i < KILLS; i++) {
			Moment.awaitAny();
			Instant begin = Instant.now();
			instances.killBusiest();
			instances.launch();
			Moment.await(begin.plus(AFTER_A_KILL));
			silences.add(silence(instances.runs(), begin));
		}
		Instant end = second(Instant.now()).minusSeconds(5);
		List<Run> all = between(instances.runs(), killed, end);
		REPORT.row(title, Report.percentile(lags, 50), Report.percentile(lags, 99), missing(runs, from, to),
				doubled(runs), Report.median(silences), Report.percentile(silences, 100), missing(all, killed, end),
				doubled(all));
	}

	/**
	 * Returns the longest time in milliseconds without a run that a job had, beyond the
	 * second between its slots.
	 */
	private static double silence(List<Run> runs, Instant since) {
		Instant now = Instant.now();
		return Peer.jobs(JOBS).stream().mapToDouble((job) -> {
			List<Instant> times = Stream
				.concat(runs.stream()
					.filter((run) -> run.job().equals(job) && run.at().isAfter(since.minusSeconds(2)))
					.map(Run::at)
					.sorted(), Stream.of(now))
				.toList();
			long longest = 0;
			for (int i = 1; i < times.size(); i++) {
				longest = Math.max(longest, Duration.between(times.get(i - 1), times.get(i)).toMillis());
			}
			return longest - 1000.0;
		}).max().orElseThrow();
	}

	@Test
	void jobsThatAreDueAtOnce() throws Exception {
		REPORT.section("%d jobs at the same second of each minute on %d instances, %d minutes".formatted(MANY,
				INSTANCES, MINUTES));
		REPORT.header("scheduler", "slot to the last run, median, s", "worst, s", "missing", "doubled");
		eachWith(MANY, "0", PeersBenchmark::minutes);
	}

	private static void minutes(String title, Instances instances) throws IOException {
		// The first one warms up.
		Instant from = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(2));
		List<Double> last = new ArrayList<>();
		for (int i = 0; i < MINUTES; i++) {
			Instant slot = from.plus(Duration.ofMinutes(i));
			Moment.await(slot.plus(OF_A_MINUTE));
			last.add(between(instances.runs(), slot, slot.plusSeconds(1)).stream()
				.mapToDouble((run) -> run.lag().toMillis() / 1000.0)
				.max()
				.orElse(Double.NaN));
		}
		List<Run> runs = between(instances.runs(), from, from.plus(Duration.ofMinutes(MINUTES)));
		long distinct = runs.stream().map(Run::id).distinct().count();
		REPORT.row(title, Report.median(last), Report.percentile(last, 100), (double) MANY * MINUTES - distinct,
				doubled(runs));
	}

	/** Measures TickTock and each peer, with so many jobs that are due at a second. */
	private static void eachWith(int jobs, String second, Measurement measurement) throws Exception {
		try (Instances instances = new Instances.OfTickTock(NODE, "peers." + jobs, jobs, second, folder)) {
			launch(instances);
			measurement.of("TickTock", instances);
		}
		for (Peer peer : Peer.values()) {
			try (Instances instances = new Instances.OfPeer(peer, Objects.requireNonNull(postgreSql).newDatabase(),
					jobs, second, folder)) {
				launch(instances);
				measurement.of(peer.title, instances);
			}
		}
		REPORT.load();
	}

	private static void launch(Instances instances) throws IOException {
		for (int i = 0; i < INSTANCES; i++) {
			instances.launch();
		}
	}

	private static Instant second(Instant instant) {
		return instant.truncatedTo(ChronoUnit.SECONDS);
	}

	private static List<Run> between(List<Run> runs, Instant from, Instant to) {
		return runs.stream()
			.filter((run) -> !run.slot().isBefore(from) && run.slot().isBefore(to))
			.sorted(Comparator.comparing(Run::at))
			.toList();
	}

	private static double missing(List<Run> runs, Instant from, Instant to) {
		return JOBS * Duration.between(from, to).toSeconds() - runs.stream().map(Run::id).distinct().count();
	}

	private static double doubled(List<Run> runs) {
		Map<String, Long> counts = runs.stream().collect(Collectors.groupingBy(Run::id, Collectors.counting()));
		return counts.values().stream().filter((count) -> count > 1).count();
	}

	/** Adds a row to the report. */
	private interface Measurement {

		void of(String title, Instances instances) throws IOException;

	}

}
