package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.Topology;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OutcomeMessage}: what a reader of the journal learns from a worker.
 */
class OutcomeMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final String ID = "a.job@2026-03-01T10:15:00Z";

	private final JournalDecoder decoder = new JournalDecoder(new Topology("exchange", "leader", "journal"),
			new Trust("ticktock", List.of()));

	private JournalRecord.Outcome read(@Nullable String id, String body) {
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().messageId(id).correlationId("c").build();
		return (JournalRecord.Outcome) this.decoder.read(new Envelope(1, false, "exchange.outcome", "a.job"),
				properties, body.getBytes(StandardCharsets.UTF_8));
	}

	private JournalRecord.Outcome read(String body) {
		return read(ID, body);
	}

	@Test
	void aWorkerSaysHowItEndedAndWhenItBeganAndHowLongItTook() {
		assertThat(read("{\"status\":\"done\"}"))
			.isEqualTo(new JournalRecord.Outcome("a.job", SLOT, "c", OutcomeStatus.DONE, "", null, null));
		assertThat(read("{\"status\":\"failed\",\"message\":\" disk\\nfull \",\"seconds\":1.5,\"more\":[],"
				+ "\"startedAt\":\"2026-03-01T11:15:02.123456+01:00\"}"))
			.isEqualTo(new JournalRecord.Outcome("a.job", SLOT, "c", OutcomeStatus.FAILED, "disk\ufffdfull",
					SLOT.plusNanos(2_123_456_000), Duration.ofMillis(1500)));
		assertThat(read("{\"status\":\"failed\",\"message\":\"" + "x".repeat(3000) + "\"}").message()).hasSize(256);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "1e999", "\"soon\"", "null", "{}", "[1]" })
	void whatIsNoTimeIsLeftOut(String time) {
		JournalRecord.Outcome outcome = read(
				"{\"status\":\"done\",\"seconds\":%1$s,\"startedAt\":%1$s,\"message\":{}}".formatted(time));
		assertThat(outcome.status()).isEqualTo(OutcomeStatus.DONE);
		assertThat(outcome.startedAt()).isNull();
		assertThat(outcome.took()).matches((took) -> took == null || time.equals("1e999"));
		assertThat(outcome.message()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', emptyValue = "",
			value = { "''|status is neither", "no|no JSON", "{}|status is neither", "[\"done\"]|status is neither",
					"{\"status\":\"Done\"}|status is neither", "{\"status\":{}}|status is neither",
					"{\"status\":\"done\"|no JSON" })
	void aBodyThatSaysNeitherIsRejected(String body, String reason) {
		assertThat(read(body)).satisfies((outcome) -> {
			assertThat(outcome.status()).isEqualTo(OutcomeStatus.REJECTED);
			assertThat(outcome.message()).contains(reason);
		});
	}

	@Test
	void aBodyThatIsTooLargeOrTooDeepIsRejected() {
		String full = "{\"status\":\"done\",\"message\":\"" + "x".repeat(OutcomeMessage.LARGEST_BODY - 30) + "\"}";
		assertThat(read(full.substring(0, full.length() - 2) + "\"}").status()).isEqualTo(OutcomeStatus.DONE);
		assertThat(read(full + " ".repeat(100)).message()).isEqualTo("its body has 4196 bytes, and may have 4096");
		assertThat(read("[".repeat(4000)).status()).isEqualTo(OutcomeStatus.REJECTED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a.job", "by hand@2026-03-01T10:15:00Z", "b.job@2026-03-01T10:15:00Z", "a.job@noon",
			"a.job@2026-03-01T10:15:00.000Z" })
	void anIdThatIsNoneOfTheEventNamesNoSlot(String id) {
		assertThat(read(id, "{\"status\":\"done\"}").slot()).isNull();
		assertThat(read(null, "{\"status\":\"done\"}").slot()).isNull();
	}

	@Test
	void anEventThatLeavesNoRoomForTheSlotIsKnownByItsDigest() {
		String event = "e".repeat(255);
		String id = TickMessage.id(event, SLOT);
		assertThat(id).hasSizeLessThanOrEqualTo(255);
		AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().messageId(id).build();
		assertThat(OutcomeMessage.read(event, properties, "{\"status\":\"done\"}".getBytes(StandardCharsets.UTF_8)))
			.extracting(JournalRecord.Outcome::slot)
			.isEqualTo(SLOT);
	}

}
