package dev.ticktock.message;

import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import dev.ticktock.support.DeadLetters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeadLetter}.
 */
class DeadLetterTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final AMQP.BasicProperties EXPIRED = DeadLetters.of("a.job", SLOT, "report", "expired",
			SLOT.plusSeconds(60));

	private static DeadLetter read(AMQP.BasicProperties properties) {
		return Objects.requireNonNull(DeadLetter.read(properties));
	}

	@ParameterizedTest
	@CsvSource({ "expired, EXPIRED", "rejected, REJECTED", "maxlen, MAXLEN", "delivery_limit, DELIVERY_LIMIT" })
	void aTickThatAQueueGaveAwayIsRead(String word, MissedReason reason) {
		DeadLetter letter = read(DeadLetters.of("a.job", SLOT, "report", word, SLOT.plusSeconds(60)));
		assertThat(letter)
			.isEqualTo(new DeadLetter("a.job", SLOT, "report", reason, SLOT.plusSeconds(60), letter.id()));
	}

	@Test
	void theQueueThatHadItLastIsTheFirstOfTheDeaths() {
		assertThat(read(DeadLetters.withDeaths("a.job", SLOT,
				List.of(DeadLetters.death("second", "rejected", SLOT), DeadLetters.death("first", "expired", SLOT)))))
			.extracting(DeadLetter::queue, DeadLetter::reason)
			.containsExactly("second", MissedReason.REJECTED);
	}

	@Test
	void aTimeThatIsMissingIsNull() {
		Map<String, Object> death = DeadLetters.death("report", "expired", SLOT);
		death.put("time", "yesterday");
		assertThat(read(DeadLetters.withDeaths("a.job", SLOT, List.of(death))).at()).isNull();
	}

	static Stream<AMQP.BasicProperties> others() {
		Map<String, Object> withoutEvent = new HashMap<>(EXPIRED.getHeaders());
		withoutEvent.remove("event");
		Map<String, Object> nested = new HashMap<>(EXPIRED.getHeaders());
		nested.put("event", List.of(Map.of("a", "job")));
		return Stream.of(new AMQP.BasicProperties(), EXPIRED.builder().appId("somebody").build(),
				EXPIRED.builder().type(null).build(), EXPIRED.builder().messageId("by hand@now").build(),
				EXPIRED.builder().messageId(null).build(), EXPIRED.builder().timestamp(null).build(),
				EXPIRED.builder().timestamp(new Date(Long.MAX_VALUE)).build(), EXPIRED.builder().headers(null).build(),
				EXPIRED.builder().headers(withoutEvent).build(), EXPIRED.builder().headers(nested).build(),
				DeadLetters.withDeaths("a.job", SLOT, List.of()), DeadLetters.withDeaths("a.job", SLOT, "expired"),
				DeadLetters.withDeaths("a.job", SLOT, List.of(1)),
				DeadLetters.withDeaths("a.job", SLOT, List.of(Map.of())),
				DeadLetters.withDeaths("a.job", SLOT, List.of(Map.of("queue", "report"))),
				DeadLetters.of("a.job", SLOT, "report", "bored", SLOT),
				DeadLetters.of("a.job", SLOT, "", "expired", SLOT),
				DeadLetters.of("a.job", SLOT, "q".repeat(256), "expired", SLOT),
				DeadLetters.of("a.job", Instant.parse("2200-01-01T00:00:00Z"), "report", "expired", SLOT),
				DeadLetters.of("a.job", Instant.parse("1960-01-01T00:00:00Z"), "report", "expired", SLOT));
	}

	@ParameterizedTest
	@MethodSource("others")
	void whateverElseIsNoTick(AMQP.BasicProperties properties) {
		assertThat(DeadLetter.read(properties)).isNull();
	}

}
