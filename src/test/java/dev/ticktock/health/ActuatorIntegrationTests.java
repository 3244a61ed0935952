package dev.ticktock.health;

import java.util.List;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators see of the packaged jar.
 */
class ActuatorIntegrationTests {

	@Test
	void allEndpointsAnswerAndAllMetersStandAtZeroBeforeTheFirstTick() {
		try (TickTockProcess tickTock = TickTockProcess.start(
				List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + FreePort.find(),
						"--ticktock.replica=replica-1"),
				"--ticktock.scheduler.cron.cron.second.30=-", "--ticktock.scheduler.cron.cron.minute.1=-",
				"--ticktock.scheduler.cron.cron.minute.2=-", "--ticktock.scheduler.cron.cron.minute.5=-")) {
			assertThat(tickTock.actuator("health")).contains("\"rabbit\"", "\"replica\":\"replica-1\"",
					"\"status\":\"UP\"", "Qpid", "\"clockOffset\":\"unknown: only the broker's management API");
			assertThat(tickTock.actuator("health/liveness")).contains("\"status\":\"UP\"",
					"\"threads\":[\"discovery\",\"history\",\"replica\",\"ticker\"]");
			assertThat(tickTock.actuator("health/readiness")).contains("\"status\":\"UP\"", "rabbit");
			assertThat(tickTock.actuator("info")).contains("\"git\"", "\"build\"", "\"artifact\":\"ticktock\"");
			assertThat(tickTock.actuator("ticktock")).contains("\"summary\":\"All well: ");
			assertThat(tickTock.actuator("prometheus").lines()).contains(
					"ticktock_ticks_published_total{event=\"cron.day.1\"} 0.0",
					"ticktock_ticks_skipped_total{event=\"cron.day.1\"} 0.0",
					"ticktock_ticks_skipped_total{event=\"other\"} 0.0",
					"ticktock_ticks_refused_total{event=\"cron.day.1\"} 0.0",
					"ticktock_tick_lag_seconds_count{event=\"cron.day.1\"} 0");
		}
	}

}
