package dev.ticktock.schedule;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
	void isCompleteSinceTheBrokerWasAskedAndNotBefore() {
		assertThat(this.registry.current().isCompleteSince(Duration.ofDays(1))).isTrue();
		this.registry.expectRegistrations();
		assertThat(this.registry.current().isCompleteSince(Duration.ZERO)).isFalse();
		assertThat(this.registry.current().byEvent()).containsOnlyKeys("configured");
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), Duration.ofSeconds(7));
		assertThat(this.registry.current().byEvent()).containsKey("job");
		assertThat(this.registry.current().isCompleteSince(Duration.ofSeconds(7))).isTrue();
		assertThat(this.registry.current().isCompleteSince(Duration.ofSeconds(8))).isFalse();
	}

	@Test
	void theConfigurationGoesFirst() {
		this.registry.expectRegistrations();
		this.registry.register(List.of(schedule(Origin.REGISTERED, "configured"), schedule(Origin.REGISTERED, "off"),
				schedule(Origin.REGISTERED, "job")), Duration.ZERO);
		assertThat(this.registry.current().byEvent()).containsOnlyKeys("configured", "job")
			.containsEntry("configured", CONFIGURED);
	}

	@Test
	void keepsTheSameSchedulesWhileNothingChanges() {
		this.registry.expectRegistrations();
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), Duration.ZERO);
		Schedules before = this.registry.current();
		this.registry.register(List.of(schedule(Origin.REGISTERED, "job")), Duration.ofSeconds(5));
		assertThat(this.registry.current().byEvent()).isSameAs(before.byEvent());
	}

}
