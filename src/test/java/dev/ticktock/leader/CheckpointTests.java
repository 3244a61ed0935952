package dev.ticktock.leader;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import dev.ticktock.leader.Checkpoint.Entry;
import dev.ticktock.schedule.Cursor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CheckpointTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	@Test
	void whatIsWrittenIsRead() {
		Checkpoint checkpoint = new Checkpoint(new Cursor(SLOT, "a \"job\"/ä"),
				Map.of("a \"job\"/ä", new Entry("CRON_TZ=UTC 0 0 * * * *", false, null, null), "b.job",
						new Entry("@every PT45M", true, SLOT.plusSeconds(7), null), "c.job",
						new Entry("@every PT45M", true, null, SLOT.minusSeconds(7))));
		assertThat(Checkpoint.fromBytes(checkpoint.toBytes())).isEqualTo(checkpoint);
	}

	@Test
	void aCursorThatHasAWholeSlotBehindItIsRead() {
		Checkpoint checkpoint = new Checkpoint(Cursor.at(SLOT.plusNanos(123_000_000)), Map.of());
		assertThat(Checkpoint.fromBytes(checkpoint.toBytes())).isEqualTo(checkpoint);
	}

	@Test
	void somethingElseIsRefusedWithAReason() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Checkpoint.fromBytes("by hand".getBytes(StandardCharsets.UTF_8)))
			.withMessageStartingWith("not a checkpoint: ");
	}

	@Test
	void aHundredThousandSchedulesFitIntoOneMessage() {
		Map<String, Entry> schedules = new HashMap<>();
		for (int i = 0; i < 100_000; i++) {
			schedules.put("event.%d.of.many".formatted(i),
					new Entry("CRON_TZ=UTC %d */5 * * * *".formatted(i % 60), false, null, null));
		}
		byte[] bytes = new Checkpoint(Cursor.at(SLOT), schedules).toBytes();
		assertThat(bytes).hasSizeLessThan(4_000_000);
		assertThat(Checkpoint.fromBytes(bytes).schedules()).hasSize(100_000);
	}

}
