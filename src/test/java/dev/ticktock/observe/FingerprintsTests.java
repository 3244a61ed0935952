package dev.ticktock.observe;

import java.time.Duration;
import java.util.Map;

import dev.ticktock.broker.Topology;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.SchedulerProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Fingerprints}.
 */
class FingerprintsTests {

	private static Fingerprint of(Map<String, String> cron, String zone, String leaderQueue, String registering) {
		SchedulerProperties properties = new SchedulerProperties("cron.schedule", zone, cron, Duration.ofHours(12));
		return Fingerprints.of(new ScheduleRegistry(properties.schedules(), properties.switchedOff()),
				new Topology("cron.schedule", leaderQueue, "cron.schedule.journal"), properties.defaults(),
				registering);
	}

	private static Fingerprint of(Map<String, String> cron) {
		return of(cron, "UTC", "leader", "none");
	}

	@Test
	void theSameConfigurationHasTheSame() {
		assertThat(of(Map.of("a", "0 0 * * * *"))).isEqualTo(of(Map.of("a", "0 0 * * * *")));
		assertThat(of(Map.of("a", "0 0 * * * *"))).isEqualTo(of(Map.of("a", "0 * * * *")));
	}

	@Test
	void eachDifferenceOfASchedulesHasAnother() {
		assertThat(of(Map.of("a", "0 0 * * * *")).schedules()).isNotIn(of(Map.of()).schedules(),
				of(Map.of("b", "0 0 * * * *")).schedules(), of(Map.of("a", "0 1 * * * *")).schedules(),
				of(Map.of("a", "-")).schedules(),
				of(Map.of("a", "0 0 * * * *"), "Europe/Oslo", "leader", "none").schedules(),
				of(Map.of("a.cron", "0 0 * * * *", "a.validity", "1m")).schedules());
		assertThat(of(Map.of("a", "-")).schedules()).isNotEqualTo(of(Map.of()).schedules());
	}

	@Test
	void eachDifferenceOfTheSettingsHasAnother() {
		assertThat(of(Map.of()).settings()).isNotIn(of(Map.of(), "Europe/Oslo", "leader", "none").settings(),
				of(Map.of(), "UTC", "other", "none").settings(), of(Map.of(), "UTC", "leader", "1000").settings());
		assertThat(of(Map.of()).settings()).isEqualTo(of(Map.of("a", "0 0 * * * *")).settings());
	}

}
