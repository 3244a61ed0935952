package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.ReplicaSet;
import dev.ticktock.support.TenJobs;
import dev.ticktock.support.TickTockProcess;
import dev.ticktock.support.Witness;
import dev.ticktock.support.Witness.Heard;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replicas that publish {@link TenJobs} to an exchange of their own, and a witness of
 * their ticks. The system property {@code ticktock.chaos=long} runs the long form of all
 * scenarios.
 */
final class Scenario implements AutoCloseable {

	static final boolean LONG = "long".equals(System.getProperty("ticktock.chaos"));

	/**
	 * The longest silence of a host, in the median, before another replica publishes:
	 * RabbitMQ finds it after two to three heartbeats of a second.
	 */
	static final Duration MEDIAN_SILENCE = Duration.ofMillis(LONG ? 2500 : 4000);

	final String exchange;

	final Witness witness;

	final ReplicaSet replicas;

	/** Starts replicas one after the other, and waits until they stand by. */
	Scenario(RabbitMqNode node, String name, int replicas, String... more) {
		this.exchange = Names.unique("chaos." + name);
		this.witness = new Witness(node, this.exchange);
		List<String> arguments = TenJobs.arguments(node, this.exchange);
		arguments.addAll(List.of(more));
		this.replicas = new ReplicaSet(arguments).start(replicas);
	}

	Scenario(String exchange, Witness witness, ReplicaSet replicas) {
		this.exchange = exchange;
		this.witness = witness;
		this.replicas = replicas;
	}

	/** Returns the one of two numbers that belongs to the form. */
	static int times(int shortForm, int longForm) {
		return LONG ? longForm : shortForm;
	}

	TickTockProcess leader() {
		return this.replicas.get(this.witness.leader());
	}

	/** Kills the leader, and returns the first tick of the next. */
	Heard killLeader() {
		return endLeader(true);
	}

	/** Kills or stops the leader, and returns the first tick of the next. */
	Heard endLeader(boolean killed) {
		String leader = this.witness.leader();
		if (killed) {
			this.replicas.kill(leader);
		}
		else {
			this.replicas.terminate(leader);
		}
		return this.witness.awaitOtherThan(leader);
	}

	/** Launches a replica and waits until it stands by. */
	String launch(String... more) {
		String launched = this.replicas.launch(more);
		this.replicas.get(launched).awaitLog("Standing by");
		return launched;
	}

	/** Lets a replica come back that the broker has given up, and waits until it has. */
	void returns(RabbitMqNode node, Runnable cause) {
		long others = candidates(node);
		cause.run();
		Patience.await("it stands by again").until(() -> candidates(node) > others);
	}

	private long candidates(RabbitMqNode node) {
		return node.ctl("list_consumers", "queue_name").lines().filter((this.exchange + ".leader")::equals).count();
	}

	/** Waits for a slot that is so many seconds ahead. */
	void goOn(int seconds) {
		this.witness.awaitSlot(Instant.now().plusSeconds(seconds));
	}

	void assertAllAlive() {
		assertThat(this.replicas.names()).allMatch((name) -> this.replicas.get(name).isAlive());
	}

	/** Reports the scenario and fails if a tick is missing or was published twice. */
	void assertNothingMissingOrDoubled(String scenario, String figures) {
		assertNothingMissing(scenario, figures);
		assertThat(this.witness.doubled()).isEmpty();
	}

	/**
	 * Reports a scenario in which ticks may be doubled, and fails if one is missing. Both
	 * copies have the same message id, which is how the witness knows.
	 */
	void assertNothingMissing(String scenario, String figures) {
		Instant last = Instant.now().minusSeconds(2);
		this.witness.awaitSlot(last.plusSeconds(3));
		List<String> missing = this.witness.missing(TenJobs.EVENTS, last);
		report(scenario, "%d missing, ".formatted(missing.size()), " | " + figures);
		assertThat(missing).isEmpty();
	}

	/** Reports a scenario in which ticks may be missing, and fails if one is doubled. */
	void assertNothingDoubled(String scenario) {
		report(scenario, "", "");
		assertThat(this.witness.doubled()).isEmpty();
	}

	private void report(String scenario, String missing, String figures) {
		List<String> doubled = this.witness.doubled();
		Figures.report(scenario, "%d ticks, %s%d doubled %s%s".formatted(this.witness.heard().size(), missing,
				doubled.size(), doubled, figures));
	}

	@Override
	public void close() {
		this.replicas.close();
		this.witness.close();
	}

}
