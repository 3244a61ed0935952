package dev.ticktock.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MissedMessage}.
 */
class MissedMessageTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static MissedTicks many(int ticks) {
		Random random = new Random(4711);
		List<Miss> all = new ArrayList<>();
		for (int i = 0; i < ticks; i++) {
			all.add(new Miss(SLOT.plusSeconds(i), SLOT.plusSeconds(i + 60), random.nextLong()));
		}
		return new MissedTicks("writer", SLOT.plusSeconds(60), List.of(new Group("a", "b", MissedReason.EXPIRED, all)));
	}

	private static ObjectNode json() {
		return (ObjectNode) JsonMapper.shared()
			.readTree("{\"writer\":\"w\",\"noticed\":\"" + SLOT
					+ "\",\"groups\":[{\"event\":\"a\",\"queue\":\"q\",\"reason\":\"expired\","
					+ "\"slots\":[1],\"at\":[2],\"ids\":[3]}]}");
	}

	@ParameterizedTest
	@EnumSource
	void whatIsWrittenIsRead(MissedReason reason) {
		MissedTicks missed = new MissedTicks("a-writer", SLOT.plusMillis(60_004), List.of(
				new Group("a \"job\"/ä", "queue", reason,
						List.of(new Miss(SLOT, SLOT.plusSeconds(60), Long.MIN_VALUE),
								new Miss(SLOT.plusSeconds(1), SLOT.plusSeconds(60), Long.MAX_VALUE))),
				new Group("b", "another", MissedReason.MAXLEN, List.of(new Miss(SLOT, SLOT, 0)))));
		assertThat(MissedMessage.read(MissedMessage.body(missed))).isEqualTo(missed);
		assertThat(missed.size()).isEqualTo(3);
	}

	/** What docs/design.md says of the size. */
	@Test
	void aTickTakesLittleMoreThanItsId() {
		byte[] body = MissedMessage.body(many(2000));
		assertThat(body.length / 2000.0).isLessThan(14);
		assertThat(MissedMessage.read(body)).isEqualTo(many(2000));
	}

	@Test
	void aRecordOfMoreTicksThanAnyIsRefused() {
		assertThat(MissedMessage.read(MissedMessage.body(many(MissedTicks.MOST))).size()).isEqualTo(MissedTicks.MOST);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MissedMessage.read(MissedMessage.body(many(MissedTicks.MOST + 1))));
		Group half = many(MissedTicks.MOST / 2 + 1).groups().get(0);
		byte[] twice = MissedMessage.body(new MissedTicks("w", SLOT, List.of(half, half)));
		assertThatIllegalArgumentException().isThrownBy(() -> MissedMessage.read(twice))
			.withMessageContaining("more than 10000 ticks");
	}

	@Test
	void aReasonOfALaterVersionIsPassedOver() {
		ObjectNode root = json();
		((ObjectNode) root.required("groups").get(0)).put("reason", "bored");
		root.put("later", "x");
		assertThat(MissedMessage.read(ZippedJson.write(root)).groups()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "writer", "noticed" })
	void aRecordThatLacksSomethingIsRefused(String field) {
		ObjectNode root = json();
		root.remove(field);
		assertThatIllegalArgumentException().isThrownBy(() -> MissedMessage.read(ZippedJson.write(root)))
			.withMessage("not a record of missed ticks: it has no field " + field);
	}

	@ParameterizedTest
	@ValueSource(strings = { "event", "queue", "slots", "at", "ids" })
	void aGroupThatLacksSomethingIsRefused(String field) {
		ObjectNode root = json();
		((ObjectNode) root.required("groups").get(0)).remove(field);
		assertThatIllegalArgumentException().isThrownBy(() -> MissedMessage.read(ZippedJson.write(root)))
			.withMessageStartingWith("not a record of missed ticks: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[]", "no json" })
	void somethingElseIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> MissedMessage.read(text.getBytes(StandardCharsets.UTF_8)))
			.withMessageStartingWith("not a record of missed ticks: ");
	}

}
