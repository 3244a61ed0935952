package dev.ticktock.ticker;

import java.time.Duration;

import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Gathering}.
 */
@ExtendWith(OutputCaptureExtension.class)
class GatheringTests {

	private static final String LINE = "Workers change their schedules too often";

	private final SettableUptime uptime = new SettableUptime();

	private final Gathering gathering = new Gathering(this.uptime);

	/** Changes at every step for a time, and returns how many changes were taken. */
	private int change(Duration time, Duration step) {
		int taken = 0;
		for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
			taken += this.gathering.take() ? 1 : 0;
			this.uptime.pass(step);
		}
		return taken;
	}

	@Test
	void theFirstAreTakenAtOnce() {
		assertThat(change(Duration.ofSeconds(Gathering.AT_ONCE), Duration.ofSeconds(1))).isEqualTo(Gathering.AT_ONCE);
		assertThat(this.gathering.take()).isFalse();
	}

	@Test
	void whileTheyGoOnOneIsTakenAfterEveryPause() {
		assertThat(change(Duration.ofMinutes(1), Duration.ofSeconds(5))).isEqualTo(Gathering.AT_ONCE);
		assertThat(change(Duration.ofMinutes(30), Duration.ofSeconds(5))).isEqualTo(30);
	}

	@Test
	void whatComesSlowlyIsAlwaysTakenAtOnce() {
		assertThat(change(Gathering.PAUSE.multipliedBy(100), Gathering.PAUSE)).isEqualTo(100);
	}

	@Test
	void eachPauseWithoutAChangeMakesRoomForOneMore() {
		change(Duration.ofMinutes(1), Duration.ofSeconds(1));
		this.uptime.pass(Gathering.PAUSE.multipliedBy(3));
		assertThat(change(Duration.ofSeconds(30), Duration.ofSeconds(1))).isBetween(3, 4);
		this.uptime.pass(Gathering.PAUSE.multipliedBy(1000));
		assertThat(change(Duration.ofSeconds(30), Duration.ofSeconds(1))).isEqualTo(Gathering.AT_ONCE);
	}

	@Test
	void thatChangesAreGatheredIsToldOnceUntilThereWasAQuietTime(CapturedOutput output) {
		change(Duration.ofMinutes(20), Duration.ofSeconds(5));
		assertThat(output).containsOnlyOnce(LINE);
		this.uptime.pass(Gathering.PAUSE.multipliedBy(Gathering.AT_ONCE + 1L));
		change(Duration.ofMinutes(20), Duration.ofSeconds(5));
		assertThat(output.getOut().split(LINE, -1)).hasSize(3);
	}

}
