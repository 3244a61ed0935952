package dev.ticktock.missed;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.leader.EventMeters;
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

	private final MissedMeters meters = new MissedMeters(this.registry, new EventMeters(this.registry, 2), "this run",
			this.uptime);

	private void missed(String writer, String event, String queue, MissedReason reason, int ticks) {
		this.meters.newlyMissed(new MissedTicks(writer, SLOT, List.of(new Group(event, queue, reason,
				LongStream.range(0, ticks).mapToObj((id) -> new Miss(SLOT, SLOT.plusSeconds(30), id)).toList()))));
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
	void theMeterIsThereBeforeAnythingHappens() {
		for (MissedReason reason : MissedReason.values()) {
			assertThat(count("other", "other", reason.word())).isZero();
		}
	}

	@Test
	void ticksAreCountedByEventQueueAndReason() {
		missed("this run", "a", "report", MissedReason.EXPIRED, 3);
		missed("this run", "a", "report", MissedReason.EXPIRED, 2);
		missed("this run", "a", "another", MissedReason.DELIVERY_LIMIT, 1);
		assertThat(count("a", "report", "expired")).isEqualTo(5);
		assertThat(count("a", "report", "maxlen")).isZero();
		assertThat(count("a", "another", "delivery_limit")).isOne();
	}

	@Test
	void whatAnotherLeaderHasFoundIsItsOwnToCount(CapturedOutput output) {
		missed("another run", "a", "report", MissedReason.EXPIRED, 3);
		assertThat(this.registry.find("ticktock.ticks.missed").tag("event", "a").counter()).isNull();
		assertThat(output).doesNotContain("Nobody took");
	}

	@Test
	void theNumberOfTagsIsBounded() {
		missed("this run", "a", "report", MissedReason.EXPIRED, 1);
		for (int i = 0; i < 100; i++) {
			missed("this run", "a", "queue." + i, MissedReason.EXPIRED, 1);
			missed("this run", "event." + i, "report", MissedReason.REJECTED, 1);
		}
		assertThat(count("a", "report", "expired")).isOne();
		assertThat(count("a", "queue.0", "expired")).isOne();
		assertThat(count("other", "other", "expired")).isEqualTo(99);
		assertThat(count("other", "other", "rejected")).isEqualTo(100);
		assertThat(this.registry.find("ticktock.ticks.missed").counters()).hasSize(3 * MissedReason.values().length);
	}

	@Test
	void aLineAMinuteSaysWhatNobodyTook(CapturedOutput output) {
		missed("this run", "a", "report", MissedReason.EXPIRED, 1);
		missed("this run", "b", "report", MissedReason.REJECTED, 1000);
		assertThat(output).containsOnlyOnce("Nobody took")
			.contains("Nobody took 1 tick of a in queue \"report\": it expired; last at 2026-03-01T10:15:30Z. "
					+ "Since the line before, 0 others");
		this.uptime.pass(Duration.ofSeconds(61));
		missed("this run", "a\nb", "report", MissedReason.MAXLEN, 2);
		assertThat(output)
			.contains("Nobody took 2 ticks of a\ufffdb in queue \"report\": the queue overflowed; last at "
					+ "2026-03-01T10:15:30Z. Since the line before, 1000 others");
	}

}
