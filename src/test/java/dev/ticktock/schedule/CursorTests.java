package dev.ticktock.schedule;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Cursor}.
 */
class CursorTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:00:00Z");

	@Test
	void isDoneOfAnEventUpToItsSlotOrJustBefore() {
		assertThat(new Cursor(SLOT, "b").doneOf("b")).isEqualTo(SLOT);
		assertThat(new Cursor(SLOT, "b").doneOf("a")).isEqualTo(SLOT);
		assertThat(new Cursor(SLOT, "b").doneOf("b.1")).isEqualTo(SLOT.minusNanos(1));
		assertThat(Cursor.at(SLOT).doneOf("\uffff")).isEqualTo(SLOT);
	}

	@Test
	void isOrderedBySlotAndThenByEventWithTheWholeSlotLast() {
		Cursor first = new Cursor(SLOT, "a");
		Cursor second = new Cursor(SLOT, "b");
		Cursor third = Cursor.at(SLOT);
		Cursor fourth = new Cursor(SLOT.plusSeconds(1), "a");
		assertThat(List.of(fourth, third, second, first).stream().sorted()).containsExactly(first, second, third,
				fourth);
	}

}
