package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.ticktock.SettableClock;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Hearts.Heart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThreadsHealthIndicator} and for the {@link Hearts} that it looks at.
 */
@ExtendWith(OutputCaptureExtension.class)
class ThreadsHealthIndicatorTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private final Heart ticker = this.hearts.of("ticker");

	private final ThreadsHealthIndicator indicator = new ThreadsHealthIndicator(this.hearts, this.clock);

	@Test
	void isDownWithTheNameOfAThreadAsLongAsItHasStoppedAndLogsOnceWhereItIs(CapturedOutput output) {
		this.hearts.of("not begun");
		Heart ended = this.hearts.of("ended");
		ended.beat(Duration.ofSeconds(1));
		ended.stop();
		Heart replica = this.hearts.of("replica");
		replica.beat(Duration.ofSeconds(1));
		replica.rest();
		this.ticker.beat(Duration.ofSeconds(1));
		pass(Duration.ofMinutes(1));
		Health health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).isEqualTo(Map.of("threads", List.of("replica", "ticker")));
		assertThat(output).isEmpty();
		pass(Duration.ofMinutes(4));
		health = this.indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("stopped", Map.of("ticker", NOON));
		this.indicator.health();
		this.ticker.beat(Duration.ofSeconds(1));
		assertThat(this.indicator.health().getStatus()).isEqualTo(Status.UP);
		assertThat(output)
			.containsOnlyOnce("The thread \"ticker\" has stopped: its last sign of life was at 2026-03-02T12:00:00Z.")
			.contains("ThreadsHealthIndicatorTests.isDownWith");
	}

	private void pass(Duration duration) {
		this.uptime.pass(duration);
		this.clock.set(this.clock.instant().plus(duration));
	}

}
