package dev.ticktock.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MissedMeters}.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissedMetersTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final SettableUptime uptime = new SettableUptime();

	private boolean leads = true;

	private final MissedMeters meters = new MissedMeters(this.registry,
			new TickMeters(this.registry, 2, Clock.systemUTC(), this.uptime), () -> this.leads, this.uptime);

	private void missed(String event, String queue, MissedReason reason, int ticks) {
		for (int i = 0; i < ticks; i++) {
			this.meters.count(new JournalRecord.Missed(event, SLOT, "id", queue, reason));
		}
	}

	private double count(String event, String queue, String reason) {
		return this.registry.get("ticktock.ticks.missed")
			.tag("event", event)
			.tag("queue", queue)
			.tag("reason", reason)
			.counter()
			.count();
	}

	@Test
	void ticksAreCountedByEventQueueAndReasonAndShownBeforeAnythingHappens() {
		for (MissedReason reason : MissedReason.values()) {
			assertThat(count("other", "other", reason.word())).isZero();
		}
		missed("a", "report", MissedReason.EXPIRED, 5);
		missed("a", "another", MissedReason.DELIVERY_LIMIT, 1);
		assertThat(count("a", "report", "expired")).isEqualTo(5);
		assertThat(count("a", "report", "maxlen")).isZero();
		assertThat(count("a", "another", "delivery_limit")).isOne();
	}

	@Test
	void onlyTheReplicaThatLeadsCounts(CapturedOutput output) {
		this.leads = false;
		missed("a", "report", MissedReason.EXPIRED, 3);
		assertThat(this.registry.find("ticktock.ticks.missed").tag("event", "a").counter()).isNull();
		assertThat(output).doesNotContain("was missed in queue");
	}

	@Test
	void theNumberOfTagsIsBounded() {
		missed("a", "report", MissedReason.EXPIRED, 1);
		for (int i = 0; i < 100; i++) {
			missed("a", "queue." + i, MissedReason.EXPIRED, 1);
			missed("event." + i, "report", MissedReason.REJECTED, 1);
		}
		assertThat(count("a", "report", "expired")).isOne();
		assertThat(count("a", "queue.0", "expired")).isOne();
		assertThat(count("other", "other", "expired")).isEqualTo(99);
		assertThat(count("other", "other", "rejected")).isEqualTo(100);
		assertThat(this.registry.find("ticktock.ticks.missed").counters()).hasSize(3 * MissedReason.values().length);
	}

	@Test
	void oneLineAMinuteNamesAMissedTick(CapturedOutput output) {
		missed("a", "report", MissedReason.EXPIRED, 1);
		missed("b", "report", MissedReason.REJECTED, 1000);
		assertThat(output).containsOnlyOnce("was missed in queue")
			.contains("The tick of a at 2026-03-01T10:15:00Z was missed in queue \"report\": it expired; "
					+ "0 others were since the last such line");
		this.uptime.pass(Duration.ofSeconds(61));
		missed("a\nb", "report", MissedReason.MAXLEN, 1);
		assertThat(output).contains("The tick of a\ufffdb at 2026-03-01T10:15:00Z was missed in queue \"report\": "
				+ "the queue overflowed; 1000 others were since the last such line");
	}

}
