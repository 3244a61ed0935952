package dev.ticktock.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalRecord.ByHand;
import dev.ticktock.message.JournalRecord.CheckpointRecord;
import dev.ticktock.message.JournalRecord.Distrusted;
import dev.ticktock.message.JournalRecord.Marker;
import dev.ticktock.message.JournalRecord.Replica;
import dev.ticktock.message.JournalRecord.Skipped;
import dev.ticktock.message.JournalRecord.Unknown;
import dev.ticktock.message.JournalRecord.Unreadable;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ControlMessage} and how {@link JournalDecoder} reads it.
 */
class ControlMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Trust TRUST = new Trust("ticktock", List.of());

	private static final Envelope TO_THE_JOURNAL = new Envelope(1, false, "", "journal");

	private static final ReplicaInfo HELLO = new ReplicaInfo("host \"ä\"-1", "2", "LEADER", SLOT.minusNanos(1), "1.2.3",
			"2025a", Duration.ofMillis(-12), new Fingerprint("x", "y"), SLOT);

	private final JournalDecoder decoder = new JournalDecoder(new Topology("exchange", "leader", "journal"), TRUST);

	private JournalRecord read(ControlMessage message) {
		return this.decoder.read(TO_THE_JOURNAL, message.properties(), message.body());
	}

	private JournalRecord read(ControlMessage message, byte[] body) {
		return this.decoder.read(TO_THE_JOURNAL, message.properties(), body);
	}

	@Test
	void recordsAreReadAsTheyWereWritten() {
		Checkpoint checkpoint = new Checkpoint(new Cursor(SLOT, "a \"job\"/ä"),
				Map.of("a \"job\"/ä", new Covered("CRON_TZ=UTC 0 0 * * * *", false, SLOT, null), "b.job",
						new Covered("@every PT45M", true, SLOT.plusSeconds(7), null)),
				new Holds(List.of(new Hold("a.#", "ana", "a \"disk\""), new Hold("b", null, null))));
		assertThat(read(ControlMessage.checkpoint(checkpoint, "term", TRUST)))
			.isEqualTo(new CheckpointRecord("term", checkpoint));
		Checkpoint wholeSlot = new Checkpoint(Cursor.at(SLOT.plusNanos(123_000_000)), Map.of(), Holds.NONE);
		assertThat(read(ControlMessage.checkpoint(wholeSlot, "term", TRUST)))
			.isEqualTo(new CheckpointRecord("term", wholeSlot));
		assertThat(read(ControlMessage.marker("id", "term", TRUST))).isEqualTo(new Marker("id", "term"));
		assertThat(read(ControlMessage.marker("id", null, TRUST))).isEqualTo(new Marker("id", null));
		Skipping skipping = new Skipping(Reason.OUTAGE, null, SLOT.plusMillis(5),
				List.of(new SkippedSlots("a \"job\"", SLOT, SLOT.plusSeconds(120), 3, true),
						new SkippedSlots("b", SLOT, SLOT, 1, false)));
		assertThat(read(ControlMessage.skipped(skipping, TRUST))).isEqualTo(new Skipped(skipping));
		assertThat(read(ControlMessage.replica(HELLO, TRUST))).isEqualTo(new Replica(HELLO));
		assertThat(read(ControlMessage.replica(HELLO.gone(), TRUST))).isEqualTo(new Replica(HELLO.gone()));
	}

	@Test
	void aHundredThousandSchedulesFitIntoOneMessage() {
		Map<String, Covered> schedules = new HashMap<>();
		for (int i = 0; i < 100_000; i++) {
			schedules.put("event.%d.of.many".formatted(i),
					new Covered("CRON_TZ=UTC %d */5 * * * *".formatted(i % 60), false, SLOT.plusSeconds(i % 7), null));
		}
		Checkpoint checkpoint = new Checkpoint(Cursor.at(SLOT), schedules, Holds.NONE);
		ControlMessage message = ControlMessage.checkpoint(checkpoint, "term", TRUST);
		assertThat(message.body()).hasSizeLessThan(4_000_000);
		assertThat(read(message)).isEqualTo(new CheckpointRecord("term", checkpoint));
	}

	@Test
	void onlyATrustedAccountThatPublishesToTheQueueCounts() {
		ControlMessage marker = ControlMessage.marker("id", "term", new Trust("mallory", List.of()));
		assertThat(read(marker)).isEqualTo(new Distrusted());
		assertThat(this.decoder.read(TO_THE_JOURNAL, marker.properties().builder().userId(null).build(), marker.body()))
			.isEqualTo(new Distrusted());
		ControlMessage own = ControlMessage.marker("id", "term", TRUST);
		assertThat(this.decoder.read(new Envelope(1, false, "", "other"), own.properties(), own.body()))
			.isEqualTo(new Distrusted());
		assertThat(this.decoder.read(new Envelope(1, false, "exchange.out", "journal"), own.properties(), own.body()))
			.isEqualTo(new ByHand("journal"));
	}

	/** As replicas meet what another version writes. */
	@Test
	void unknownVersionsAndKindsAreSteppedOver() {
		AMQP.BasicProperties properties = ControlMessage
			.skipped(new Skipping(Reason.LATE, null, SLOT, List.of()), TRUST)
			.properties();
		for (AMQP.BasicProperties other : List.of(properties.builder().headers(Map.of("version", 2)).build(),
				properties.builder().headers(Map.of()).build(), properties.builder().type("of.2030").build(),
				properties.builder().type(null).build(), properties.builder().appId("other").build())) {
			assertThat(this.decoder.read(TO_THE_JOURNAL, other, new byte[] { 1 })).isEqualTo(new Unknown());
		}
	}

	@Test
	void aRecordOfAVersionThatKnowsMoreOrLessIsRead() throws Exception {
		ControlMessage message = ControlMessage.checkpoint(new Checkpoint(Cursor.at(SLOT), Map.of(), Holds.NONE),
				"term", TRUST);
		byte[] body = zipped("{\"cursor\":{\"slot\":\"%s\"},\"schedules\":{},\"later\":[{}]}".formatted(SLOT));
		assertThat(read(message, body))
			.isEqualTo(new CheckpointRecord("term", new Checkpoint(Cursor.at(SLOT), Map.of(), null)));
		ControlMessage skipped = ControlMessage.skipped(new Skipping(Reason.LATE, null, SLOT, List.of()), TRUST);
		body = zipped("{\"reason\":\"BORED\",\"later\":[{}],\"noticed\":\"2026-03-01T10:15:00Z\",\"slots\":[]}");
		assertThat(read(skipped, body)).isEqualTo(new Skipped(new Skipping(Reason.UNKNOWN, null, SLOT, List.of())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "by hand", "null", "[]", "{}", "{\"schedules\":{}}", "{\"cursor\":{},\"schedules\":{}}",
			"{\"cursor\":{\"slot\":\"noon\"},\"schedules\":{}}",
			"{\"cursor\":{\"slot\":\"2026-03-01T10:15:00Z\"},\"schedules\":{\"a\":{}}}" })
	void aCheckpointThatLacksSomethingCannotBeRead(String json) throws Exception {
		ControlMessage message = ControlMessage.checkpoint(new Checkpoint(Cursor.at(SLOT), Map.of(), Holds.NONE),
				"term", TRUST);
		assertThat(read(message, json.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Unreadable.class);
		assertThat(read(message, zipped(json))).isInstanceOf(Unreadable.class);
	}

	@Test
	void aTickThatAQueueHasDeadLetteredIsMissed() {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().timestamp(Date.from(SLOT))
			.messageId("a.job@" + SLOT)
			.correlationId("id")
			.headers(Map.of("event", "a.job", "x-first-death-queue", "report", "x-first-death-reason", "maxlen"))
			.build();
		Envelope envelope = new Envelope(1, false, "exchange.missed", "of.the.queue");
		assertThat(this.decoder.read(envelope, properties, new byte[0]))
			.isEqualTo(new JournalRecord.Missed("a.job", SLOT, "id", "report", MissedReason.MAXLEN));
		AMQP.BasicProperties again = properties.builder()
			.headers(Map.of("event", "a.job", "x-first-death-queue", "wait", "x-first-death-reason", "expired",
					"x-last-death-queue", "report", "x-last-death-reason", "rejected"))
			.build();
		assertThat(this.decoder.read(envelope, again, new byte[0]))
			.isEqualTo(new JournalRecord.Missed("a.job", SLOT, "id", "report", MissedReason.REJECTED));
		Map<String, Object> empty = new HashMap<>(properties.getHeaders());
		empty.put("event", null);
		assertThat(this.decoder.read(new Envelope(1, false, "exchange.missed", "a.job"),
				properties.builder().headers(empty).build(), new byte[0]))
			.isInstanceOf(JournalRecord.Missed.class);
		for (AMQP.BasicProperties other : List.of(properties.builder().headers(Map.of()).build(),
				properties.builder().headers(Map.of("x-first-death-reason", "bored")).build(),
				properties.builder()
					.headers(Map.of("x-first-death-reason", "maxlen", "x-first-death-queue", "exchange.hold"))
					.build(),
				properties.builder()
					.headers(Map.of("x-first-death-reason", "maxlen", "event", "a.job", "x-first-death-queue",
							"a".repeat(256)))
					.build(),
				properties.builder()
					.messageId(TickMessage.id("a".repeat(256), SLOT))
					.headers(Map.of("x-first-death-reason", "maxlen", "event", "a".repeat(256), "x-first-death-queue",
							"report"))
					.build(),
				properties.builder().messageId("other").build(), properties.builder().timestamp(null).build())) {
			assertThat(this.decoder.read(envelope, other, new byte[0])).isEqualTo(new Unknown());
		}
	}

	private static byte[] zipped(String json) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(json.getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

}
