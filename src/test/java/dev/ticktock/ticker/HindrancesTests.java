package dev.ticktock.ticker;

import java.time.Instant;
import java.util.List;

import dev.ticktock.SettableClock;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Hindrances}: why slots were skipped.
 */
class HindrancesTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final Hindrances hindrances = new Hindrances(this.clock);

	private static Instant at(long seconds) {
		return NOON.plusSeconds(seconds);
	}

	private void observe(long second, Role role, long since, boolean accepting) {
		this.clock.set(at(second));
		this.hindrances.observe(
				new LeadershipStatus("replica", role, at(since), null, accepting, JournalState.ATTACHED, null, null));
	}

	private void becomeLeader(long second) {
		observe(second, Role.LEADER, second, true);
		this.hindrances.termBegins();
	}

	private void assertExplained(long firstSlot, Reason reason, @Nullable Instant since) {
		Skipping skipping = this.hindrances
			.explain(List.of(new SkippedSlots("b", at(firstSlot + 60), at(firstSlot + 60), 1, false),
					new SkippedSlots("a", at(firstSlot), at(firstSlot), 1, false)));
		assertThat(skipping.reason()).isEqualTo(reason);
		assertThat(skipping.since()).isEqualTo(since);
	}

	@Test
	void theBrokerWasAwayWhenTheSlotWasDue() {
		observe(0, Role.LEADER, 0, true);
		observe(12, Role.DISCONNECTED, 11, true);
		observe(600, Role.DISCONNECTED, 11, true);
		becomeLeader(601);
		assertExplained(30, Reason.OUTAGE, at(11));
	}

	@Test
	void aSlotThatWasDueBeforeTheBrokerWasKnownToBeAwayIsPartOfTheOutage() {
		observe(12, Role.DISCONNECTED, 11, true);
		becomeLeader(601);
		assertExplained(5, Reason.OUTAGE, at(11));
	}

	@Test
	void anOutageWithAnAttemptInBetweenIsOne() {
		observe(10, Role.DISCONNECTED, 10, true);
		observe(300, Role.STANDBY, 300, true);
		observe(310, Role.DISCONNECTED, 310, true);
		becomeLeader(601);
		assertExplained(30, Reason.OUTAGE, at(10));
	}

	@Test
	void anOutageThatWasOverBeforeTheSlotIsNotTheReason() {
		observe(10, Role.DISCONNECTED, 10, true);
		observe(20, Role.STANDBY, 20, true);
		becomeLeader(601);
		assertExplained(30, Reason.NO_LEADER, null);
	}

	@Test
	void ofTwoTheFirstIsTheReason() {
		becomeLeader(0);
		observe(10, Role.LEADER, 0, false);
		observe(300, Role.DISCONNECTED, 299, true);
		becomeLeader(320);
		assertExplained(30, Reason.BLOCKED, at(10));
		observe(400, Role.DISCONNECTED, 399, true);
		observe(500, Role.LEADER, 480, false);
		observe(600, Role.LEADER, 480, true);
		assertExplained(410, Reason.OUTAGE, at(399));
	}

	@Test
	void aLeaderThatDoesNotRunIsLate() {
		becomeLeader(0);
		observe(1, Role.LEADER, 0, true);
		observe(300, Role.LEADER, 0, true);
		assertExplained(60, Reason.LATE, at(1));
	}

}
