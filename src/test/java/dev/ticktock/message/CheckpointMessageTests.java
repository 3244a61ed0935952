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
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Progress.CatchingUp;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Progress.New;
import dev.ticktock.schedule.Progress.Unconfirmed;
import dev.ticktock.schedule.Standing;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CheckpointMessage}.
 */
class CheckpointMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Seal SEAL = Seal.fresh();

	private static final String EVERY = "@every PT45M";

	/** As the version writes it that had no states with names. */
	private static final String OLDER = """
			{"slot":"2026-03-01T10:15:00Z","event":"b.job","schedules":{\
			"a.job":{"definition":"CRON_TZ=UTC 0 0 * * * *"},\
			"b.job":{"definition":"@every PT45M","registered":true,"from":"2026-03-01T10:15:07Z"},\
			"c.job":{"definition":"@every PT45M","registered":true,"done":"2026-03-01T10:14:53Z"}}}""";

	private static final Checkpoint OF_OLDER = new Checkpoint(new Cursor(SLOT, "b.job"),
			Map.of("a.job", new Standing("CRON_TZ=UTC 0 0 * * * *", false, new Current()), "b.job",
					new Standing(EVERY, true, new New(SLOT.plusSeconds(7))), "c.job",
					new Standing(EVERY, true, new Unconfirmed(SLOT.minusSeconds(7)))));

	@Test
	void whatIsWrittenIsRead() {
		Checkpoint checkpoint = new Checkpoint(new Cursor(SLOT, "a \"job\"/ä"),
				Map.of("a \"job\"/ä", new Standing("CRON_TZ=UTC 0 0 * * * *", false, new Current()), "b.job",
						new Standing(EVERY, true, new New(SLOT.plusSeconds(7))), "c.job",
						new Standing(EVERY, true, new Unconfirmed(SLOT.minusSeconds(7)))));
		assertThat(CheckpointMessage.read(CheckpointMessage.body(checkpoint, SEAL)))
			.isEqualTo(new CheckpointMessage.Content(checkpoint, SEAL));
	}

	@Test
	void whatIsBeingCaughtUpIsUnconfirmedToItsReader() {
		Instant done = SLOT.minusSeconds(7);
		Checkpoint written = new Checkpoint(Cursor.at(SLOT),
				Map.of("a.job", new Standing(EVERY, true, new CatchingUp(done))));
		assertThat(CheckpointMessage.read(CheckpointMessage.body(written, SEAL)).checkpoint().standings())
			.containsEntry("a.job", new Standing(EVERY, true, new Unconfirmed(done)));
	}

	@Test
	void anOlderVersionIsReadAndReadsWhatIsWritten() throws IOException {
		assertThat(CheckpointMessage.read(zipped(OLDER))).isEqualTo(new CheckpointMessage.Content(OF_OLDER, null));
		String written = unzipped(CheckpointMessage.body(OF_OLDER, SEAL));
		assertThat(written.replaceFirst("\"secret\":\"[^\"]+\",", "")).isEqualTo(OLDER);
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
	void whatNoVersionWritesIsPassedOver() throws IOException {
		String odd = OLDER.replace("{\"slot\"", "{\"more\":[{\"a\":1}],\"slot\"")
			.replace("\"registered\":true,", "\"registered\":true,\"more\":{\"b\":[]},");
		assertThat(CheckpointMessage.read(zipped(odd)).checkpoint()).isEqualTo(OF_OLDER);
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
		Map<String, Standing> standings = new HashMap<>();
		for (int i = 0; i < 100_000; i++) {
			standings.put("event.%d.of.many".formatted(i),
					new Standing("CRON_TZ=UTC %d */5 * * * *".formatted(i % 60), false, new Current()));
		}
		byte[] body = CheckpointMessage.body(new Checkpoint(Cursor.at(SLOT), standings), SEAL);
		assertThat(body).hasSizeLessThan(4_000_000);
		assertThat(CheckpointMessage.read(body).checkpoint().standings()).hasSize(100_000);
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
