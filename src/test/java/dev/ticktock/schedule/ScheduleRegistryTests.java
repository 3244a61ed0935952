package dev.ticktock.schedule;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScheduleRegistry}.
 */
class ScheduleRegistryTests {

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private static final Schedule CONFIGURED = schedule(Origin.CONFIGURED, "configured");

	private final ScheduleRegistry registry = new ScheduleRegistry(Schedules.of(Map.of("configured", CONFIGURED)),
			Set.of("off"));

	private static Schedule schedule(Origin origin, String event) {
		return Schedule.parse(origin, event, "0 0 * * * *", null, null, DEFAULTS);
	}

	@Test
	void isCompleteWhileNoRegistrationsAreExpected() {
		assertThat(this.registry.current().complete()).isTrue();
		this.registry.doubt();
		assertThat(this.registry.current().complete()).isTrue();
	}

	@Test
	void isCompleteOnceTheBrokerHasBeenAsked() {
		this.registry.expectRegistrations(() -> {
		});
		assertThat(this.registry.current().complete()).isFalse();
		this.registry.register(List.of(), this.registry.doubts());
		assertThat(this.registry.current().complete()).isTrue();
	}

	@Test
	void doubtAsksAndOnlyAnAnswerToALaterQuestionEndsIt() {
		AtomicInteger asked = new AtomicInteger();
		this.registry.expectRegistrations(asked::incrementAndGet);
		int before = this.registry.doubts();
		this.registry.doubt();
		assertThat(asked).hasValue(1);
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), before);
		assertThat(this.registry.current().byEvent()).containsKey("job");
		assertThat(this.registry.current().complete()).isFalse();
		this.registry.register(List.of(), this.registry.doubts());
		assertThat(this.registry.current().complete()).isTrue();
	}

	@Test
	void theConfigurationGoesFirst() {
		this.registry.expectRegistrations(() -> {
		});
		this.registry.register(List.of(schedule(Origin.REGISTERED, "configured"), schedule(Origin.REGISTERED, "off"),
				schedule(Origin.REGISTERED, "job")), 0);
		assertThat(this.registry.current().byEvent()).containsOnlyKeys("configured", "job")
			.containsEntry("configured", CONFIGURED);
	}

	@Test
	void staysTheSameInstanceWhileNothingChanges() {
		this.registry.expectRegistrations(() -> {
		});
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), 0);
		Schedules before = this.registry.current();
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), 0);
		assertThat(this.registry.current()).isSameAs(before);
	}

	@Test
	void staysTheSameInstanceWhileThereIsMoreDoubt() {
		this.registry.expectRegistrations(() -> {
		});
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), 0);
		this.registry.doubt();
		Schedules before = this.registry.current();
		assertThat(before.complete()).isFalse();
		this.registry.doubt();
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), 1);
		assertThat(this.registry.current()).isSameAs(before);
	}

}
