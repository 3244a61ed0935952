package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.SettableClock;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.message.Hello;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Roster} and {@link Attendance}.
 */
class RosterTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final Duration PACE = Duration.ofSeconds(20);

	private static final Fingerprint SAME = new Fingerprint("x", "y");

	private static final Hello OWN = hello("me", "STANDBY", SAME);

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final Roster roster = new Roster(this.clock, this.uptime);

	private static Hello hello(String name, String run, String role, Fingerprint configuration) {
		return new Hello(name, run, role, NOON, "1.0", null, null, configuration, PACE, NOON);
	}

	private static Hello hello(String name, String role, Fingerprint configuration) {
		return hello(name, "run of " + name, role, configuration);
	}

	private void hear(Hello hello) {
		this.roster.hello(hello, this.clock.instant());
	}

	private void hear(String name, String role) {
		hear(hello(name, role, SAME));
	}

	private void pass(Duration time) {
		for (Duration left = time; !left.isZero(); left = left.minusSeconds(1)) {
			this.clock.set(this.clock.instant().plusSeconds(1));
			this.uptime.pass(Duration.ofSeconds(1));
			this.roster.listening();
		}
	}

	private List<String> seen() {
		return this.roster.attendance(OWN)
			.members()
			.stream()
			.map((member) -> member.name() + " " + member.role())
			.toList();
	}

	@Test
	void withoutAnyHelloThereIsThisReplica() {
		assertThat(seen()).containsExactly("me STANDBY");
		assertThat(this.roster.attendance(OWN).describe()).isEqualTo("1 replica");
		assertThat(this.roster.attendance(OWN).members().get(0).differs()).isNull();
	}

	@Test
	void allAreListedByNameAndThisOneAsItIsNow() {
		hear("z", "LEADER");
		hear(hello("me", "DISCONNECTED", SAME));
		hear("a", "STANDBY");
		assertThat(seen()).containsExactly("a STANDBY", "me STANDBY", "z LEADER");
		assertThat(this.roster.attendance(OWN).leaderName()).isEqualTo("z");
		assertThat(this.roster.attendance(OWN).describe()).isEqualTo("3 replicas");
	}

	@Test
	void whoMissesThreeHellosIsAwayAndThenForgotten() {
		hear("a", "STANDBY");
		pass(PACE.multipliedBy(3));
		assertThat(seen()).containsExactly("a STANDBY", "me STANDBY");
		pass(Duration.ofSeconds(1));
		assertThat(seen()).containsExactly("a AWAY", "me STANDBY");
		assertThat(this.roster.attendance(OWN).describe()).isEqualTo("1 replica and 1 away");
		assertThat(this.roster.attendance(OWN).members().get(0).seen()).isEqualTo(NOON);
		pass(Roster.REMEMBERED);
		assertThat(seen()).containsExactly("me STANDBY");
	}

	@Test
	void whoSaidHelloBeforeThisReplicaStartedIsJudgedByThat() {
		this.roster.hello(hello("a", "STANDBY", SAME), NOON.minusSeconds(59));
		this.roster.hello(hello("b", "STANDBY", SAME), NOON.minusSeconds(61));
		this.roster.hello(hello("c", "STANDBY", SAME), NOON.minusSeconds(3600));
		assertThat(seen()).containsExactly("a STANDBY", "b AWAY", "me STANDBY");
	}

	@Test
	void whoSaysGoodbyeIsGoneAtOnce() {
		hear("a", "STANDBY");
		hear(hello("a", "STANDBY", SAME).goodbye());
		assertThat(seen()).containsExactly("me STANDBY");
	}

	@Test
	void whileNobodyCanBeHeardNobodyGoesAway() {
		hear("a", "STANDBY");
		pass(Duration.ofSeconds(1));
		this.uptime.pass(Duration.ofHours(1));
		assertThat(seen()).containsExactly("a STANDBY", "me STANDBY");
		pass(PACE.multipliedBy(3));
		assertThat(seen()).containsExactly("a STANDBY", "me STANDBY");
		pass(Duration.ofSeconds(2));
		assertThat(seen()).containsExactly("a AWAY", "me STANDBY");
	}

	@Test
	void aClockThatIsSetSendsNobodyAway() {
		hear("a", "STANDBY");
		this.clock.set(NOON.plus(Duration.ofDays(1)));
		assertThat(seen()).containsExactly("a STANDBY", "me STANDBY");
	}

	@Test
	void aLeaderThatAnotherFollowedIsAwayUntilItIsHeardAgain() {
		hear("a", "LEADER");
		hear("b", "STANDBY");
		hear(new Hello("b", "run of b", "LEADER", NOON.plusSeconds(9), "1.0", null, null, SAME, PACE, NOON));
		assertThat(seen()).containsExactly("a AWAY", "b LEADER", "me STANDBY");
		assertThat(this.roster.attendance(OWN).leaderName()).isEqualTo("b");
		hear(new Hello("a", "run of a", "STANDBY", NOON.plusSeconds(12), "1.0", null, null, SAME, PACE, NOON));
		assertThat(seen()).containsExactly("a STANDBY", "b LEADER", "me STANDBY");
	}

	@Test
	void whoHasAnotherConfigurationThanTheLeaderDiffers() {
		hear("a", "LEADER");
		hear(hello("b", "STANDBY", new Fingerprint("other", "y")));
		hear(hello("c", "STANDBY", new Fingerprint("x", "other")));
		hear(new Hello("d", "run of d", "STANDBY", NOON, "2.0", null, null, new Fingerprint("x", "other"), PACE, NOON));
		Attendance attendance = this.roster.attendance(OWN);
		assertThat(attendance.members()).extracting(Overview.Member::differs)
			.containsExactly(false, true, true, false, false);
		assertThat(attendance.withOtherSchedules()).containsExactly("b");
		assertThat(attendance.withOtherSettings()).containsExactly("c");
	}

	@Test
	void aReplicaThatWasStartedAgainTakesThePlaceOfItsKilledRun() {
		hear(hello("a", "1", "STANDBY", SAME));
		hear(hello("a", "2", "STANDBY", SAME));
		assertThat(seen()).containsExactly("a STANDBY", "me STANDBY");
		assertThat(this.roster.attendance(OWN).namesOfSeveral()).isEmpty();
		hear(hello("a", "1", "STANDBY", SAME));
		assertThat(seen()).containsExactly("a STANDBY", "a STANDBY", "me STANDBY");
		assertThat(this.roster.attendance(OWN).namesOfSeveral()).containsExactly("a");
	}

	@Test
	void aHundredReplicasAreKnownAndShareThePace() {
		hear("a", "STANDBY");
		assertThat(this.roster.pace()).isEqualTo(Duration.ofSeconds(20));
		for (int i = 0; i < 1000; i++) {
			hear("replica-" + i, "STANDBY");
		}
		assertThat(seen()).hasSize(Roster.MOST + 1)
			.contains("replica-999 STANDBY")
			.doesNotContain("replica-899 STANDBY");
		assertThat(this.roster.pace()).isEqualTo(Duration.ofSeconds(1000));
	}

}
