package dev.ticktock.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CheckpointMessage}.
 */
class CheckpointMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Seal SEAL = Seal.fresh();

	private static final String EVERY = "@every PT45M";

	private static final Checkpoint CHECKPOINT = new Checkpoint(new Cursor(SLOT, "a \"job\"/ä"),
			Map.of("a \"job\"/ä", new Covered("CRON_TZ=UTC 0 0 * * * *", false, SLOT), "b.job",
					new Covered("@every PT45M", true, SLOT.minusMillis(7))));

	@Test
	void whatIsWrittenIsRead() {
		byte[] body = CheckpointMessage.body(CHECKPOINT, SEAL);
		assertThat(CheckpointMessage.read(body)).isEqualTo(new CheckpointMessage.Content(CHECKPOINT, SEAL));
		assertThat(CheckpointMessage.seal(body)).isEqualTo(SEAL);
	}

	@Test
	void aCursorThatHasAWholeSlotBehindItIsRead() {
		Checkpoint checkpoint = new Checkpoint(Cursor.at(SLOT.plusNanos(123_000_000)), Map.of());
		assertThat(CheckpointMessage.read(CheckpointMessage.body(checkpoint, SEAL)))
			.isEqualTo(new CheckpointMessage.Content(checkpoint, SEAL));
	}

	@Test
	void somethingElseIsRefusedWithAReason() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CheckpointMessage.read("by hand".getBytes(StandardCharsets.UTF_8)))
			.withMessageStartingWith("not a checkpoint: ");
	}

	@Test
	void whatANewerVersionAddsIsPassedOver() throws IOException {
		String odd = unzipped(CheckpointMessage.body(CHECKPOINT, SEAL))
			.replace("\"slot\":", "\"more\":[{\"a\":1}],\"slot\":")
			.replace("\"registered\":", "\"more\":{\"b\":[]},\"registered\":");
		assertThat(odd).contains("{\"a\":1}", "{\"b\":[]}");
		assertThat(CheckpointMessage.read(zipped(odd)).checkpoint()).isEqualTo(CHECKPOINT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "null", "{\"slot\":\"2026-03-01T10:15:00Z\"}",
			"{\"slot\":\"noon\",\"schedules\":{}}", "{\"slot\":\"2026-03-01T10:15:00Z\",\"schedules\":{\"a\":null}}",
			"{\"slot\":\"2026-03-01T10:15:00Z\",\"schedules\":{\"a\":{\"definition\":\"@hourly\"}}}" })
	void whatIsIncompleteIsRefused(String json) throws IOException {
		byte[] body = zipped(json);
		assertThatIllegalArgumentException().isThrownBy(() -> CheckpointMessage.read(body));
	}

	@Test
	void whatIsTooDeepOrTooLargeIsRefused() throws IOException {
		String deep = "[".repeat(6000) + "]".repeat(6000);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CheckpointMessage.read(zipped("{\"more\":" + deep + "}")));
		byte[] bomb = zipped("{\"more\":[" + "0,".repeat(40_000_000) + "0]}");
		assertThat(bomb).hasSizeLessThan(200_000);
		assertThatIllegalArgumentException().isThrownBy(() -> CheckpointMessage.read(bomb));
	}

	@Test
	void aHundredThousandSchedulesFitIntoOneMessage() {
		Map<String, Covered> schedules = new HashMap<>();
		for (int i = 0; i < 100_000; i++) {
			schedules.put("event.%d.of.many".formatted(i),
					new Covered("CRON_TZ=UTC %d */5 * * * *".formatted(i % 60), false, SLOT.plusSeconds(i % 300)));
		}
		byte[] body = CheckpointMessage.body(new Checkpoint(Cursor.at(SLOT), schedules), SEAL);
		assertThat(body).hasSizeLessThan(4_000_000);
		assertThat(CheckpointMessage.read(body).checkpoint().schedules()).hasSize(100_000);
	}

	private static byte[] zipped(String json) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(json.getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

	private static String unzipped(byte[] body) throws IOException {
		try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
			return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
