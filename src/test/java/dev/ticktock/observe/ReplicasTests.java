package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

import dev.ticktock.broker.Topology;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.schedule.ConfiguredSchedules;
import dev.ticktock.schedule.Schedule.Defaults;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Replicas}.
 */
class ReplicasTests {

	private static final Instant NOON = Observed.NOON;

	private static final Fingerprint SAME = new Fingerprint("x", "y");

	private final Replicas replicas = new Replicas();

	private Instant now = NOON;

	private static ReplicaInfo hello(String name, String run, String role, Fingerprint configuration) {
		return new ReplicaInfo(name, run, role, NOON, "1.0", null, null, configuration, NOON);
	}

	private static ReplicaInfo hello(String name, String role) {
		return hello(name, "run of " + name, role, SAME);
	}

	private void hear(ReplicaInfo hello) {
		this.replicas.replica(hello, this.now);
	}

	/** Only this replica writes records. */
	private void pass(Duration time) {
		for (Instant end = this.now.plus(time); this.now.isBefore(end);) {
			this.now = this.now.plusSeconds(10);
			hear(hello("me", "STANDBY"));
		}
	}

	private List<Replicas.Listed> listed() {
		return this.replicas.list(hello("me", "STANDBY"));
	}

	private List<String> roles() {
		return listed().stream().map((replica) -> replica.name() + " " + replica.role()).toList();
	}

	@Test
	void allAreListedByNameAndThisOneAsItIsNowUntilTheyAreGone() {
		assertThat(listed()).extracting(Replicas.Listed::differs).containsOnlyNulls();
		hear(hello("z", "LEADER"));
		hear(hello("me", "DISCONNECTED"));
		hear(hello("a", "STANDBY"));
		assertThat(roles()).containsExactly("a STANDBY", "me STANDBY", "z LEADER");
		assertThat(this.replicas.list(hello("me", "LEADER"))).extracting(Replicas.Listed::role)
			.containsExactly("STANDBY", "LEADER", "AWAY");
		this.now = NOON.plusSeconds(3600);
		assertThat(roles()).as("while no record can be read").containsExactly("a STANDBY", "me STANDBY", "z LEADER");
		hear(hello("a", "STANDBY").gone());
		assertThat(roles()).doesNotContain("a STANDBY");
	}

	@Test
	void aReplicaIsAwayAfterThreeIntervalsAndThenForgotten() {
		hear(hello("a", "STANDBY"));
		this.now = NOON.minus(Duration.ofDays(1));
		pass(Duration.ofSeconds(70));
		assertThat(roles()).as("the clock is set back").containsExactly("a STANDBY", "me STANDBY");
		this.now = NOON;
		pass(Duration.ofSeconds(60));
		assertThat(roles()).containsExactly("a STANDBY", "me STANDBY");
		pass(Duration.ofSeconds(1));
		assertThat(roles()).containsExactly("a AWAY", "me STANDBY");
		assertThat(listed().get(0).seen()).isEqualTo(NOON);
		pass(Duration.ofMinutes(10));
		assertThat(roles()).containsExactly("me STANDBY");
	}

	@Test
	void aLeaderIsAwayOnceAnotherLeadsUntilItIsHeardAgain() {
		hear(hello("a", "LEADER"));
		hear(hello("b", "LEADER"));
		assertThat(roles()).containsExactly("a AWAY", "b LEADER", "me STANDBY");
		hear(hello("a", "STANDBY"));
		assertThat(roles()).containsExactly("a STANDBY", "b LEADER", "me STANDBY");
	}

	@Test
	void aReplicaWithAnotherConfigurationThanTheLeaderDiffers() {
		hear(hello("a", "LEADER"));
		hear(hello("b", "b", "STANDBY", new Fingerprint("other", "y")));
		hear(hello("c", "c", "STANDBY", new Fingerprint("x", "other")));
		assertThat(listed()).extracting(Replicas.Listed::differs).containsExactly(false, true, true, false);
		hear(hello("a", "STANDBY"));
		assertThat(listed()).extracting(Replicas.Listed::differs).containsOnlyNulls();
	}

	@Test
	void aReplicaThatWasStartedAgainTakesThePlaceOfItsKilledRun() {
		hear(hello("a", "1", "STANDBY", SAME));
		hear(hello("a", "2", "STANDBY", SAME));
		assertThat(roles()).containsExactly("a STANDBY", "me STANDBY");
		hear(hello("a", "1", "STANDBY", SAME));
		assertThat(roles()).containsExactly("a STANDBY", "a STANDBY", "me STANDBY");
	}

	private static Fingerprint fingerprint(Map<String, String> cron, String zone, String leaderQueue,
			String registering) {
		Defaults defaults = new Defaults(ZoneId.of(zone), Duration.ofHours(12));
		return ObserveConfiguration.fingerprint(new ConfiguredSchedules(cron, defaults).registry(),
				new Topology("cron.schedule", leaderQueue, "cron.schedule.journal"), defaults, registering);
	}

	@Test
	void eachDifferenceOfSchedulesOrSettingsHasAnotherFingerprint() {
		Map<String, String> cron = Map.of("a", "0 0 * * * *");
		Fingerprint one = fingerprint(cron, "UTC", "leader", "none");
		assertThat(fingerprint(Map.of("a", "0 * * * *"), "UTC", "leader", "none")).isEqualTo(one);
		assertThat(one).isNotIn(fingerprint(Map.of(), "UTC", "leader", "none"),
				fingerprint(Map.of("a", "-"), "UTC", "leader", "none"),
				fingerprint(Map.of("a", "0 1 * * * *"), "UTC", "leader", "none"),
				fingerprint(Map.of("a.cron", "0 0 * * * *", "a.validity", "1m"), "UTC", "leader", "none"),
				fingerprint(cron, "Europe/Oslo", "leader", "none"), fingerprint(cron, "UTC", "other", "none"),
				fingerprint(cron, "UTC", "leader", "1000"));
	}

}
