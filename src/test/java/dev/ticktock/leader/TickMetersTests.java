package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.SettableClock;
import dev.ticktock.TestSchedules;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.TestSchedules.configured;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TickMeters}: what is counted, and how little of it is logged.
 */
@ExtendWith(OutputCaptureExtension.class)
class TickMetersTests {

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private static final String REJECTS = "A queue rejects the ticks of ";

	private static final String ACCEPTS = "All queues accept the ticks of ";

	private static final List<String> METERS = List.of("ticktock.ticks.published", "ticktock.ticks.skipped",
			"ticktock.ticks.refused", "ticktock.tick.lag");

	private final SettableUptime uptime = new SettableUptime();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final TickMeters meters = new TickMeters(this.registry, 2, new SettableClock(NOW), this.uptime);

	private static Schedules schedules(String... events) {
		return TestSchedules
			.schedules(Stream.of(events).map((event) -> configured(event, "@hourly")).toArray(Schedule[]::new));
	}

	private List<String> tags(String meter) {
		return this.registry.get(meter)
			.meters()
			.stream()
			.map((each) -> String.valueOf(each.getId().getTag("event")))
			.sorted()
			.toList();
	}

	private void settled(String event, boolean accepted) {
		this.meters.settled(new Tick(event, NOW, NOW.minusSeconds(1), NOW.plusSeconds(1), NOW.plusSeconds(60), null),
				accepted);
	}

	private double count(String meter) {
		return this.registry.get(meter).counters().stream().mapToDouble(Counter::count).sum();
	}

	@Test
	void allMetersAreThereAndTheFirstEventsHaveTagsOfTheirOwnUnlessTheyAreDueOnce() {
		for (String meter : METERS) {
			assertThat(tags(meter)).containsExactly("other");
		}
		this.meters.know(TestSchedules.schedules(configured("once", "@at 2026-03-01T12:00")));
		this.meters.settled(new Tick("once", NOW, null, null, NOW.plusSeconds(60), null), true);
		this.meters.know(schedules("b", "c"));
		this.meters.know(schedules("a"));
		for (String meter : METERS) {
			assertThat(tags(meter)).containsExactly("b", "c", "other");
		}
		assertThat(this.meters.tagOf("b")).isEqualTo("b");
		assertThat(this.meters.tagOf("a")).isEqualTo("other");
		settled("a", true);
		settled("other", true);
		assertThat(this.registry.get("ticktock.ticks.published").tag("event", "other").counter().count()).isEqualTo(3);
	}

	@Test
	void tellsWhenAQueueBeginsToRejectAndWhenItEndsAtMostOnceAMinute(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			settled("a", false);
			settled("a", true);
		}
		assertThat(output.getAll()).containsOnlyOnce(REJECTS + "a, starting with " + NOW)
			.containsOnlyOnce(ACCEPTS + "a again");
		this.uptime.pass(Duration.ofMinutes(1).plusMillis(1));
		settled("a", false);
		settled("a", true);
		assertThat(output.getAll()).contains("receive them; 99 more since", "again; 99 more since");
		assertThat(count("ticktock.ticks.refused")).isEqualTo(101);
		assertThat(count("ticktock.ticks.published")).isEqualTo(101);
	}

	@Test
	void aRejectionIsForgottenWithItsScheduleAndWithTheTerm() {
		settled("a", false);
		settled("b", false);
		this.meters.know(schedules("b", "c"));
		assertThat(this.meters.rejecting()).containsExactly("b");
		this.meters.termEnded();
		assertThat(this.meters.rejecting()).isEmpty();
	}

}
