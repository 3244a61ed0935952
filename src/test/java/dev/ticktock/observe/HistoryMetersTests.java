package dev.ticktock.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HistoryMeters}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HistoryMetersTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final SettableUptime uptime = new SettableUptime();

	private final TickMeters events = new TickMeters(this.registry, 2, Clock.systemUTC(), this.uptime);

	private boolean leads = true;

	private final HistoryMeters meters = new HistoryMeters(this.registry, this.events, () -> this.leads, this.uptime);

	private void rejected(String key) {
		this.meters.rejected(
				new JournalRecord.Outcome(key, null, null, OutcomeStatus.REJECTED, "its body is no JSON", null, null));
	}

	private double count(String event, OutcomeStatus status) {
		return this.registry.get("ticktock.outcomes").tags("event", event, "status", status.word()).counter().count();
	}

	@Test
	void outcomesAreCountedByStatusAndTimedForABoundedNumberOfEvents() {
		for (int i = 0; i < 10; i++) {
			this.meters.answers("event." + i, () -> 0);
			this.meters.outcome("event." + i, OutcomeStatus.DONE, Duration.ofSeconds(3));
		}
		this.meters.outcome(null, OutcomeStatus.UNKNOWN, null);
		assertThat(count("event.1", OutcomeStatus.DONE)).isOne();
		assertThat(count("event.1", OutcomeStatus.DOUBLED)).isZero();
		assertThat(count("other", OutcomeStatus.DONE)).isEqualTo(8);
		assertThat(count("other", OutcomeStatus.UNKNOWN)).isOne();
		assertThat(this.registry.get("ticktock.outcome.seconds").tag("event", "event.1").timer().count()).isOne();
		assertThat(this.registry.find("ticktock.ticks.unsuccessful").gauges()).hasSize(2);
	}

	@Test
	void onlyTheReplicaThatLeadsCountsAndEachShowsTheTicksWithoutSuccess(CapturedOutput output) {
		this.leads = false;
		this.meters.outcome("a", OutcomeStatus.DONE, Duration.ofSeconds(3));
		rejected("a");
		missed("a", "report", MissedReason.EXPIRED, 3);
		this.meters.answers("a", () -> 4);
		assertThat(this.registry.find("ticktock.outcomes").tag("event", "a").counter()).isNull();
		assertThat(count("other", OutcomeStatus.REJECTED)).isZero();
		assertThat(this.registry.find("ticktock.ticks.missed").tag("event", "a").counter()).isNull();
		assertThat(output).doesNotContain("Ignoring").doesNotContain("was missed in queue");
		assertThat(this.registry.get("ticktock.ticks.unsuccessful").tag("event", "a").gauge().value()).isEqualTo(4);
	}

	private void missed(String event, String queue, MissedReason reason, int ticks) {
		for (int i = 0; i < ticks; i++) {
			this.meters.missed(new JournalRecord.Missed(event, SLOT, "id", queue, reason));
		}
	}

	private double count(String event, String queue, String reason) {
		return this.registry.get("ticktock.ticks.missed")
			.tags("event", event, "queue", queue, "reason", reason)
			.counter()
			.count();
	}

	@Test
	void missedTicksAreCountedByEventQueueAndReasonOfABoundedNumberAndShownBeforeAnythingHappens() {
		for (MissedReason reason : MissedReason.values()) {
			assertThat(count("other", "other", reason.word())).isZero();
		}
		missed("a", "report", MissedReason.EXPIRED, 5);
		for (int i = 0; i < 100; i++) {
			missed("a", "queue." + i, MissedReason.EXPIRED, 1);
			missed("event." + i, "report", MissedReason.REJECTED, 1);
		}
		assertThat(count("a", "report", "expired")).isEqualTo(5);
		assertThat(count("a", "report", "maxlen")).isZero();
		assertThat(count("a", "queue.0", "expired")).isOne();
		assertThat(count("other", "other", "expired")).isEqualTo(99);
		assertThat(count("other", "other", "rejected")).isEqualTo(100);
		assertThat(this.registry.find("ticktock.ticks.missed").counters()).hasSize(3 * MissedReason.values().length);
	}

	@Test
	void oneLineAMinuteNamesAMissedTickAndOneAnOutcomeThatCannotBeRead(CapturedOutput output) {
		missed("a", "report", MissedReason.EXPIRED, 1000);
		for (int i = 0; i < 1000; i++) {
			rejected("a\nb");
		}
		assertThat(output).containsOnlyOnce("was missed in queue")
			.contains("The tick of a at 2026-03-01T10:15:00Z was missed in queue \"report\": it expired\n")
			.containsOnlyOnce("Ignoring the outcome")
			.contains("Ignoring the outcome of a job that came with the key a\ufffdb: its body is no JSON\n");
		this.uptime.pass(Duration.ofSeconds(61));
		missed("a\nb", "report", MissedReason.MAXLEN, 1);
		rejected("b");
		assertThat(output).contains("The tick of a\ufffdb at", "the queue overflowed; 999 more since")
			.contains("came with the key b: its body is no JSON; 999 more since");
		assertThat(count("other", OutcomeStatus.REJECTED)).isEqualTo(1001);
	}

}
