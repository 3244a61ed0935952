package dev.ticktock.observe;

import java.time.Instant;

import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedules;
import org.junit.jupiter.api.Test;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NextSlots}.
 */
class NextSlotsTests {

	private static final Instant NOON = Observed.NOON;

	private final NextSlots slots = new NextSlots();

	@Test
	void whatHasPassedIsComputedAgainAndTheRestIsNotUnlessTheClockIsSetBack() {
		Schedules schedules = schedules(configured("a", "0 * * * * *"), configured("b", "0 0 * * * *"));
		Row hourly = this.slots.at(NOON, schedules, Holds.NONE).get(1);
		assertThat(this.slots.at(NOON.plusSeconds(59), schedules, Holds.NONE).get(0).next())
			.isEqualTo(NOON.plusSeconds(60));
		assertThat(this.slots.at(NOON.plusSeconds(60), schedules, Holds.NONE).get(0).next())
			.isEqualTo(NOON.plusSeconds(120));
		assertThat(this.slots.at(NOON.plusSeconds(61), schedules, Holds.NONE).get(1)).isSameAs(hourly);
		assertThat(this.slots.at(NOON, schedules, Holds.NONE)).extracting(Row::next)
			.containsExactly(NOON.plusSeconds(60), NOON.plusSeconds(3600));
	}

	@Test
	void aScheduleThatComesOrChangesOrGoesIsNoticed() {
		this.slots.at(NOON, schedules(configured("a", "0 * * * * *"), configured("b", "0 0 * * * *")), Holds.NONE);
		assertThat(this.slots.at(NOON, schedules(configured("b", "0 30 * * * *"), configured("c", "@every 10s")),
				Holds.NONE))
			.extracting(Row::next)
			.containsExactly(NOON.plusSeconds(1800), NOON.plusSeconds(10));
	}

}
