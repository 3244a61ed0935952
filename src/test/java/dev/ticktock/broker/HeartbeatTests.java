package dev.ticktock.broker;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Heartbeat}.
 */
class HeartbeatTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private Duration now = Duration.ZERO;

	private final Heartbeat heartbeat = new Heartbeat(SECOND, () -> this.now);

	private void miss(int times) {
		for (int i = 0; i < times; i++) {
			this.now = this.now.plusSeconds(10);
			this.heartbeat.missed();
		}
	}

	@Test
	void doublesAfterEachThreeMissesUpToFiveSeconds() {
		miss(2);
		assertThat(this.heartbeat.next()).isEqualTo(SECOND);
		miss(1);
		for (int seconds : new int[] { 2, 4, 5, 5 }) {
			assertThat(this.heartbeat.next()).isEqualTo(Duration.ofSeconds(seconds));
			miss(3);
		}
	}

	@Test
	void isTheConfiguredOneAnHourAfterItWasRaised() {
		miss(3);
		this.now = this.now.plus(Duration.ofHours(1));
		assertThat(this.heartbeat.next()).isEqualTo(Duration.ofSeconds(2));
		this.now = this.now.plusSeconds(1);
		assertThat(this.heartbeat.next()).isEqualTo(SECOND);
	}

	@Test
	void staysWhenMissesAreMoreThanTenMinutesApart() {
		for (int i = 0; i < 10; i++) {
			this.now = this.now.plus(Duration.ofMinutes(6));
			this.heartbeat.missed();
		}
		assertThat(this.heartbeat.next()).isEqualTo(SECOND);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 5, 60 })
	void staysWhenNoneOrALongOneIsConfigured(int seconds) {
		Heartbeat configured = new Heartbeat(Duration.ofSeconds(seconds), () -> this.now);
		for (int i = 0; i < 3; i++) {
			configured.missed();
		}
		assertThat(configured.next()).isEqualTo(Duration.ofSeconds(seconds));
	}

}
