package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SkippedLog}: what the line says, and how few there are.
 */
@ExtendWith(OutputCaptureExtension.class)
class SkippedLogTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableUptime uptime = new SettableUptime();

	private final SkippedLog log = new SkippedLog(this.uptime);

	private static SkippedSlots slots(String event, long first, long last, long count) {
		return new SkippedSlots(event, NOON.plusSeconds(first), NOON.plusSeconds(last), count, false);
	}

	private static Skipping skipping(Reason reason, SkippedSlots... slots) {
		return new Skipping(reason, NOON, NOON.plusSeconds(600), List.of(slots));
	}

	@Test
	void namesTheEventsTheSlotsAndTheReasonAndAnotherReasonAtOnce(CapturedOutput output) {
		this.log.take(skipping(Reason.OUTAGE, slots("report.nightly", 60, 720, 12), slots("a", 30, 30, 1)));
		assertThat(output.getAll()).contains("WARN")
			.containsOnlyOnce(
					"Skipped 13 slots from 2026-03-02T12:00:30Z to 2026-03-02T12:12:00Z that were no longer valid, because the broker was unreachable since 2026-03-02T12:00:00Z: 12 slots of report.nightly, 1 slot of a");
		this.log.take(skipping(Reason.OUTAGE, slots("a", 60, 60, 1)));
		this.log.take(skipping(Reason.BLOCKED, slots("b", 90, 90, 1)));
		assertThat(output.getAll().lines().filter((line) -> line.contains("Skipped "))).hasSize(3);
	}

	@Test
	void namesTenAndCountsTheOthers(CapturedOutput output) {
		this.log.take(skipping(Reason.NO_LEADER,
				IntStream.range(0, 10_000).mapToObj((i) -> slots("e" + i, i, i, 1)).toArray(SkippedSlots[]::new)));
		assertThat(output.getAll()).containsOnlyOnce("Skipped 10000 slots from ")
			.contains("1 slot of e9, and those of 9990 more events")
			.doesNotContain("e10");
	}

	@Test
	void whatGoesOnIsToldOnceAMinuteAndNothingIsLost(CapturedOutput output) {
		for (int second = 0; second < 90; second++) {
			this.log.logIfDue();
			this.log.take(skipping(Reason.LATE, slots("a", second, second, 1)));
			this.uptime.pass(Duration.ofSeconds(1));
		}
		this.uptime.pass(Duration.ofMinutes(1));
		this.log.logIfDue();
		this.log.logIfDue();
		assertThat(output.getAll().lines().filter((line) -> line.contains("Skipped "))).satisfiesExactly(
				(line) -> assertThat(line)
					.contains("Skipped 1 slot at 2026-03-02T12:00:00Z that was no longer valid, because the leader"),
				(line) -> assertThat(line).contains("Skipped 60 slots from"),
				(line) -> assertThat(line).contains("Skipped 29 slots from"));
	}

}
