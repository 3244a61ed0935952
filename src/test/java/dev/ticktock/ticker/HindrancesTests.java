package dev.ticktock.ticker;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.SettableClock;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Hindrances}: why slots were skipped.
 */
class HindrancesTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final Hindrances hindrances = new Hindrances(this.clock);

	private static Instant at(String seconds) {
		return NOON.plusSeconds(Long.parseLong(seconds));
	}

	/**
	 * Observes at a second a role that began at another. With TERM, one of a leader
	 * begins; BLOCKED is a leader that may not publish.
	 */
	private void observe(String observation) {
		String[] words = observation.split(" ", -1);
		boolean begins = words[1].equals("TERM");
		boolean blocked = words[1].equals("BLOCKED");
		this.clock.set(at(words[0]));
		this.hindrances
			.observe(new LeadershipStatus("replica", (begins || blocked) ? Role.LEADER : Role.valueOf(words[1]),
					at(words[2]), null, !blocked, JournalState.ATTACHED, null, null));
		if (begins) {
			this.hindrances.termBegins();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# the broker was away when the slot was due
			0 LEADER 0, 12 DISCONNECTED 11, 600 DISCONNECTED 11, 601 TERM 601         | 30  | OUTAGE    | 11
			# it was due before the broker was known to be away
			12 DISCONNECTED 11, 601 TERM 601                                          | 5   | OUTAGE    | 11
			# an attempt in between does not end an outage
			10 DISCONNECTED 10, 300 STANDBY 300, 310 DISCONNECTED 310, 601 TERM 601   | 30  | OUTAGE    | 10
			# the outage was over before the slot
			10 DISCONNECTED 10, 20 STANDBY 20, 601 TERM 601                           | 30  | NO_LEADER |
			# the first of two
			0 TERM 0, 10 BLOCKED 0, 300 DISCONNECTED 299, 320 TERM 320                | 30  | BLOCKED   | 10
			320 TERM 320, 400 DISCONNECTED 399, 500 BLOCKED 480, 600 LEADER 480       | 410 | OUTAGE    | 399
			# a leader that does not run
			0 TERM 0, 1 LEADER 0, 300 LEADER 0                                        | 60  | LATE      | 1
			""")
	void slotsAreSkippedForTheReasonThatHeldWhenTheFirstWasDue(String observations, String slot, Reason reason,
			@Nullable String since) {
		Stream.of(observations.split(", ", -1)).forEach(this::observe);
		Instant first = at(slot);
		Skipping skipping = this.hindrances
			.explain(List.of(new SkippedSlots("b", first.plusSeconds(60), first.plusSeconds(60), 1, false),
					new SkippedSlots("a", first, first, 1, false)));
		assertThat(skipping.reason()).isEqualTo(reason);
		assertThat(skipping.since()).isEqualTo((since != null) ? at(since) : null);
	}

}
