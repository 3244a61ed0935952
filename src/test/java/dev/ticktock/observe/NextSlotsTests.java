package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

import dev.ticktock.observe.NextSlots.Row;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NextSlots}.
 */
class NextSlotsTests {

	private static final Instant NOON = Observed.NOON;

	private final NextSlots slots = new NextSlots();

	private static Schedules schedules(String... eventsAndLines) {
		Map<String, Schedule> byEvent = new TreeMap<>();
		for (int i = 0; i < eventsAndLines.length; i += 2) {
			byEvent.put(eventsAndLines[i], Schedule.parse(eventsAndLines[i], eventsAndLines[i + 1], ZoneOffset.UTC,
					Validity.of(Duration.ofHours(1))));
		}
		return Schedules.of(byEvent);
	}

	@Test
	void whatHasPassedIsComputedAgainAndTheRestIsNot() {
		Schedules schedules = schedules("a", "0 * * * * *", "b", "0 0 * * * *");
		Row hourly = this.slots.at(NOON, schedules, Holds.NONE).get(1);
		assertThat(this.slots.at(NOON.plusSeconds(59), schedules, Holds.NONE).get(0).next())
			.isEqualTo(NOON.plusSeconds(60));
		assertThat(this.slots.at(NOON.plusSeconds(60), schedules, Holds.NONE).get(0).next())
			.isEqualTo(NOON.plusSeconds(120));
		assertThat(this.slots.at(NOON.plusSeconds(61), schedules, Holds.NONE).get(1)).isSameAs(hourly);
	}

	@Test
	void aScheduleThatComesOrChangesOrGoesIsNoticed() {
		this.slots.at(NOON, schedules("a", "0 * * * * *", "b", "0 0 * * * *"), Holds.NONE);
		assertThat(this.slots.at(NOON, schedules("b", "0 30 * * * *", "c", "@every 10s"), Holds.NONE))
			.extracting(Row::next)
			.containsExactly(NOON.plusSeconds(1800), NOON.plusSeconds(10));
	}

	@Test
	void aClockThatIsSetBackIsNoticed() {
		Schedules schedules = schedules("a", "0 * * * * *");
		this.slots.at(NOON.plusSeconds(3600), schedules, Holds.NONE);
		assertThat(this.slots.at(NOON, schedules, Holds.NONE)).extracting(Row::next)
			.containsExactly(NOON.plusSeconds(60));
	}

}
