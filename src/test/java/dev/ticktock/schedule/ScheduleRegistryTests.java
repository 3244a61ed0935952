package dev.ticktock.schedule;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.registered;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScheduleRegistry}.
 */
class ScheduleRegistryTests {

	private static final Schedule CONFIGURED = configured("configured", "@hourly");

	private final ScheduleRegistry registry = new ScheduleRegistry(schedules(CONFIGURED), Set.of("off"));

	@Test
	void isCompleteSinceTheBrokerWasAskedAndNotBefore() {
		assertThat(this.registry.current().isCompleteSince(Duration.ofDays(1))).isTrue();
		this.registry.expectRegistrations();
		assertThat(this.registry.current().isCompleteSince(Duration.ZERO)).isFalse();
		assertThat(this.registry.current().byEvent()).containsOnlyKeys("configured");
		this.registry.register(List.of(registered("job", "@hourly")), Duration.ofSeconds(7));
		assertThat(this.registry.current().byEvent()).containsKey("job");
		assertThat(this.registry.current().isCompleteSince(Duration.ofSeconds(7))).isTrue();
		assertThat(this.registry.current().isCompleteSince(Duration.ofSeconds(8))).isFalse();
	}

	@Test
	void theConfigurationGoesFirst() {
		this.registry.expectRegistrations();
		this.registry.register(List.of(registered("configured", "@hourly"), registered("off", "@hourly"),
				registered("job", "@hourly")), Duration.ZERO);
		assertThat(this.registry.current().byEvent()).containsOnlyKeys("configured", "job")
			.containsEntry("configured", CONFIGURED);
	}

	@Test
	void keepsTheSameSchedulesWhileNothingChanges() {
		this.registry.expectRegistrations();
		this.registry.register(List.of(registered("job", "@hourly")), Duration.ZERO);
		Schedules before = this.registry.current();
		this.registry.register(List.of(registered("job", "@hourly")), Duration.ofSeconds(5));
		assertThat(this.registry.current().byEvent()).isSameAs(before.byEvent());
	}

}
