package dev.ticktock.time;

import java.time.Duration;

import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts.Heart;
import dev.ticktock.time.Hearts.Stopped;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Hearts}.
 */
class HeartsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private void pass(Duration duration) {
		this.uptime.pass(duration);
	}

	@Test
	void aHeartCountsFromItsFirstBeatUntilItIsStoppedAndMayRest() {
		Heart heart = this.hearts.of("a");
		pass(Duration.ofDays(1));
		assertThat(this.hearts.threads()).isEmpty();
		assertThat(this.hearts.stopped()).isEmpty();
		heart.beat(SECOND);
		heart.rest();
		pass(Duration.ofDays(1));
		assertThat(this.hearts.threads()).containsExactly("a");
		assertThat(this.hearts.stopped()).isEmpty();
		heart.beat(SECOND);
		heart.stop();
		pass(Duration.ofDays(1));
		assertThat(this.hearts.threads()).isEmpty();
		assertThat(this.hearts.stopped()).isEmpty();
	}

	@Test
	void aThreadThatDoesNotBeatHasStoppedOnceTheGraceIsOver() {
		Heart heart = this.hearts.of("a");
		this.hearts.of("b").beat(Duration.ofMinutes(10));
		heart.beat(SECOND);
		pass(SECOND.plus(Hearts.GRACE));
		assertThat(this.hearts.stopped()).isEmpty();
		pass(Duration.ofMillis(1));
		assertThat(this.hearts.stopped())
			.containsExactly(new Stopped("a", SECOND.plus(Hearts.GRACE).plusMillis(1), Thread.currentThread()));
		heart.beat(SECOND);
		assertThat(this.hearts.stopped()).isEmpty();
	}

}
