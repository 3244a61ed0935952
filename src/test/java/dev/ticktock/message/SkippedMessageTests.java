package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SkippedMessage}.
 */
class SkippedMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	@ParameterizedTest
	@EnumSource
	void whatIsWrittenIsRead(Reason reason) {
		Skipping skipping = new Skipping(reason, (reason != Reason.NO_LEADER) ? SLOT.minusMillis(7) : null,
				SLOT.plusMillis(600_001),
				List.of(new SkippedSlots("a \"job\"/ä", SLOT, SLOT.plusSeconds(540), 10, false),
						new SkippedSlots("b", SLOT, SLOT.plusSeconds(604_800), 500_000, true)));
		assertThat(SkippedMessage.read(SkippedMessage.body(skipping))).isEqualTo(skipping);
	}

	@Test
	void slotsOfAHundredThousandEventsFitIntoOneMessage() {
		List<SkippedSlots> slots = new ArrayList<>();
		for (int i = 0; i < 100_000; i++) {
			slots.add(new SkippedSlots("event.%d.of.many".formatted(i), SLOT.plusSeconds(i), SLOT.plusSeconds(2L * i),
					i + 1, false));
		}
		byte[] body = SkippedMessage.body(new Skipping(Reason.OUTAGE, SLOT, SLOT, slots));
		assertThat(body).hasSizeLessThan(3_000_000);
		assertThat(SkippedMessage.read(body).slots()).isEqualTo(slots);
	}

	@Test
	void somethingElseIsRefusedWithAReason() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SkippedMessage.read("by hand".getBytes(StandardCharsets.UTF_8)))
			.withMessageStartingWith("not a record of skipped slots: ");
	}

	@Test
	void whatNoVersionWritesIsPassedOver() {
		assertThat(SkippedMessage.read(
				zipped("""
						{"more":[{"a":1}],"reason":"late","noticed":"2026-03-01T10:15:00Z",
						"events":[{"event":"a","more":{"b":[]},"first":"2026-03-01T10:14:00Z","last":"2026-03-01T10:14:00Z"}]}""")))
			.isEqualTo(new Skipping(Reason.LATE, null, SLOT,
					List.of(new SkippedSlots("a", SLOT.minusSeconds(60), SLOT.minusSeconds(60), 1, false))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "{}", "{\"reason\":\"late\"}", "{\"reason\":7,\"noticed\":\"2026-03-01T10:15:00Z\"}",
			"{\"reason\":\"late\",\"noticed\":\"noon\"}", "{\"reason\":\"late\",\"noticed\":7}",
			"{\"reason\":\"late\",\"noticed\":\"2026-03-01T10:15:00Z\",\"events\":{}}",
			"{\"reason\":\"late\",\"noticed\":\"2026-03-01T10:15:00Z\",\"events\":[{}]}",
			"{\"reason\":\"late\",\"noticed\":\"2026-03-01T10:15:00Z\",\"events\":[{\"slots\":\"x\"}]}" })
	void whatIsMissingOrWrongIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> SkippedMessage.read(zipped(json)));
	}

	@Test
	void aReasonOfANewerVersionIsReadAsUnknown() {
		Skipping read = SkippedMessage.read(zipped("""
				{"reason":"whim","noticed":"2026-03-01T10:15:00Z",
				"events":[{"event":"a","first":"2026-03-01T10:14:00Z","last":"2026-03-01T10:14:00Z"}]}"""));
		assertThat(read.reason()).isEqualTo(Reason.UNKNOWN);
		assertThat(read.slots()).hasSize(1);
	}

	private static byte[] zipped(String json) {
		return json.startsWith("{") ? ZippedJson.write((ObjectNode) JsonMapper.shared().readTree(json))
				: json.getBytes(StandardCharsets.UTF_8);
	}

}
