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
	void coversWhatComesBeforeInTheOrderOfSlotAndEvent() {
		Cursor cursor = new Cursor(SLOT, "b");
		assertThat(cursor.covers(SLOT.minusSeconds(1), "z")).isTrue();
		assertThat(cursor.covers(SLOT, "b")).isTrue();
		assertThat(cursor.covers(SLOT, "b.1")).isFalse();
		assertThat(cursor.covers(SLOT.plusSeconds(1), "a")).isFalse();
		assertThat(Cursor.at(SLOT).covers(SLOT, "\uffff")).isTrue();
		assertThat(Cursor.at(SLOT.plusMillis(500)).covers(SLOT.plusSeconds(1), "a")).isFalse();
	}

	@Test
	void isDoneOfAnEventUpToItsSlotOrJustBefore() {
		assertThat(new Cursor(SLOT, "b").doneOf("b")).isEqualTo(SLOT);
		assertThat(new Cursor(SLOT, "b").doneOf("c")).isEqualTo(SLOT.minusNanos(1));
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

	@Test
	void maxIsTheLaterOfTheTwoWhicheverIsAsked() {
		Cursor early = new Cursor(SLOT, "a");
		Cursor late = new Cursor(SLOT, "b");
		assertThat(early.max(late)).isSameAs(late);
		assertThat(late.max(early)).isSameAs(late);
	}

	@Test
	void isReadableInTheLog() {
		Instant slot = Instant.parse("2026-03-01T12:00:00Z");
		assertThat(new Cursor(slot, "cron.minute.15")).hasToString("cron.minute.15@2026-03-01T12:00:00Z");
		assertThat(Cursor.at(slot)).hasToString("2026-03-01T12:00:00Z");
	}

}
