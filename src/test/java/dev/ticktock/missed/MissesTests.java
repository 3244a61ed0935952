package dev.ticktock.missed;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Misses}.
 */
class MissesTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private final List<MissedTicks> heard = new ArrayList<>();

	private final Misses misses = new Misses(List.of(this.heard::add));

	private static Group group(String event, long... ids) {
		return new Group(event, "queue", MissedReason.EXPIRED,
				Arrays.stream(ids).mapToObj((id) -> new Miss(SLOT, SLOT, id)).toList());
	}

	private static MissedTicks record(String writer, Group... groups) {
		return new MissedTicks(writer, SLOT, List.of(groups));
	}

	@Test
	void whatTheNextLeaderWritesDownAgainIsToldOnce() {
		this.misses.missed(record("killed", group("a", 1, 2), group("b", 3)));
		this.misses.missed(record("next", group("a", 1, 2, 4), group("b", 3)));
		assertThat(this.heard).containsExactly(record("killed", group("a", 1, 2), group("b", 3)),
				record("next", group("a", 4)));
	}

	@Test
	void aRecordWithNothingNewIsNotTold() {
		this.misses.missed(record("killed", group("a", 1)));
		this.misses.missed(record("next", group("a", 1)));
		assertThat(this.heard).hasSize(1);
	}

	@Test
	void theSameTickTwiceInARecordIsOne() {
		this.misses.missed(record("writer", group("a", 1, 1)));
		assertThat(this.heard).containsExactly(record("writer", group("a", 1)));
	}

	/** A leader has no more than that in its hands. */
	@Test
	void whatSeveralLeadersHaveInTheirHandsIsRemembered() {
		for (int i = 0; i < 20 * MissedReader.PREFETCH; i++) {
			this.misses.missed(record("killed", group("a", i)));
		}
		this.heard.clear();
		for (int i = 0; i < 20 * MissedReader.PREFETCH; i++) {
			this.misses.missed(record("next", group("a", i)));
		}
		assertThat(this.heard).isEmpty();
	}

	@Test
	void theOldestIsForgottenFirst() {
		for (int i = 0; i <= Misses.REMEMBERED; i++) {
			this.misses.missed(record("writer", group("a", i)));
		}
		this.heard.clear();
		this.misses.missed(record("writer", group("a", 1, Misses.REMEMBERED)));
		assertThat(this.heard).isEmpty();
		this.misses.missed(record("writer", group("a", 0)));
		assertThat(this.heard).hasSize(1);
	}

}
