package dev.ticktock.leader;

import java.time.Duration;

import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Outage}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutageTests {

	private static final Duration PAUSE = Duration.ofSeconds(3);

	private final SettableUptime uptime = new SettableUptime();

	private final Outage outage = new Outage(this.uptime);

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			this.outage.failed("No broker", "in 3000 ms");
			this.uptime.pass(PAUSE);
		}
	}

	private static long warnings(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains(" WARN ")).count();
	}

	@Test
	void eachAttemptOfTheFirstMinuteIsTold(CapturedOutput output) {
		fail(20);
		assertThat(warnings(output)).isEqualTo(20);
		assertThat(output).contains("No broker; retrying in 3000 ms").doesNotContain("min now");
	}

	@Test
	void thenItIsToldOnceAMinuteForHowLong(CapturedOutput output) {
		fail(20 + 59 * 20 + 1);
		assertThat(warnings(output)).isEqualTo(20 + 59);
		assertThat(output).contains("No broker; for 1 min now, retrying all the time",
				"No broker; for 59 min now, retrying all the time");
	}

	@Test
	void theNextOutageIsToldFromItsBeginning(CapturedOutput output) {
		fail(100);
		long before = warnings(output);
		this.outage.over();
		fail(20);
		assertThat(warnings(output)).isEqualTo(before + 20);
	}

}
