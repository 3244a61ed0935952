package dev.ticktock.journal;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Standing;
import dev.ticktock.schedule.Standings;
import dev.ticktock.schedule.Tick;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Ledger}.
 */
class LedgerTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Instant STARTED = SLOT.minusSeconds(600);

	private final Ledger ledger = new Ledger();

	private void readTick(String event, Instant slot) {
		this.ledger.read(event, tick(event, slot), new byte[0]);
	}

	private static AMQP.BasicProperties tick(String event, Instant slot) {
		return new TickMessage(Clock.systemUTC(), "me", Dialect.RABBITMQ)
			.properties(new Tick(event, slot, null, null, slot.plusSeconds(60)));
	}

	private void readCheckpoint(Cursor cursor, Map<String, Standing> standings) {
		this.ledger.read("journal", CheckpointMessage.properties(),
				CheckpointMessage.body(new Checkpoint(cursor, standings)));
	}

	@Test
	void theCursorIsTheLastTickInTheOrderOfSlotAndEvent() {
		assertThat(this.ledger.cursor()).isNull();
		readTick("b", SLOT);
		readTick("a", SLOT);
		readTick("z", SLOT.minusSeconds(1));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "b"));
	}

	@Test
	void aRecordThatIsReadAgainChangesNothing() {
		readTick("a", SLOT);
		readTick("a", SLOT.plusSeconds(1));
		readTick("a", SLOT);
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(1), "a"));
	}

	@Test
	void whatSomebodyPublishedByHandDoesNotMoveTheCursor() {
		readTick("a", SLOT);
		Instant later = SLOT.plusSeconds(3600);
		this.ledger.read("a", new AMQP.BasicProperties(), "run now".getBytes(StandardCharsets.UTF_8));
		this.ledger.read("a", new AMQP.BasicProperties.Builder().timestamp(Date.from(later)).build(), new byte[0]);
		this.ledger.read("a", tick("a", later).builder().messageId("by hand").build(), new byte[0]);
		this.ledger.read("b", tick("a", later), new byte[0]);
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "a"));
	}

	@Test
	void whereNothingIsKnownThereIsNothingToBeginWith() {
		assertThat(this.ledger.forTerm(STARTED)).isNull();
		assertThat(this.ledger.knowsCheckpoint()).isFalse();
	}

	@Test
	void whereNoLeaderHasLeftWordATermBeginsWithTheReplica() {
		readTick("a", STARTED.minusSeconds(5));
		assertThat(this.ledger.forTerm(STARTED)).extracting(Standings::cursor).isEqualTo(Cursor.at(STARTED));
		readTick("a", STARTED.plusSeconds(5));
		assertThat(this.ledger.forTerm(STARTED)).extracting(Standings::cursor)
			.isEqualTo(new Cursor(STARTED.plusSeconds(5), "a"));
	}

	@Test
	void whereALeaderHasLeftWordATermBeginsAfterItsCursor() {
		readCheckpoint(Cursor.at(STARTED.minusSeconds(60)),
				Map.of("a", new Standing("@every PT1M", false, new Current())));
		assertThat(this.ledger.knowsCheckpoint()).isTrue();
		assertThat(this.ledger.forTerm(STARTED)).extracting(Standings::cursor)
			.isEqualTo(Cursor.at(STARTED.minusSeconds(60)));
	}

	@Test
	void aMarkerIsReadOnceItHasBeenExpected() {
		AMQP.BasicProperties marker = Marker.properties("m");
		this.ledger.read("journal", marker, new byte[0]);
		assertThat(this.ledger.hasRead("m")).isFalse();
		this.ledger.expect("m");
		assertThat(this.ledger.hasRead("m")).isFalse();
		this.ledger.read("journal", marker, new byte[0]);
		assertThat(this.ledger.hasRead("m")).isTrue();
	}

	@Test
	void aBrokenCheckpointIsRefusedAndChangesNothing() {
		readTick("a", SLOT);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.ledger.read("journal", CheckpointMessage.properties(), new byte[] { 1, 2, 3 }));
		assertThat(this.ledger.cursor()).isEqualTo(new Cursor(SLOT, "a"));
	}

	@Test
	void tellsAsWhatAnEventWasCovered() {
		assertThat(this.ledger.coveredAs("a")).isNull();
		readCheckpoint(Cursor.at(SLOT), Map.of("a", new Standing("@every PT1M", false, new Current())));
		assertThat(this.ledger.coveredAs("a")).isEqualTo("@every PT1M");
		assertThat(this.ledger.coveredAs("other")).isNull();
	}

	@Test
	void nothingDiffersFromALeaderThatHasLeftNoWord() {
		readTick("a", SLOT);
		assertThat(this.ledger.differences(Schedules.of(Map.of()))).isEmpty();
		readCheckpoint(Cursor.at(SLOT), Map.of("a", new Standing("@every PT1M", false, new Current())));
		assertThat(this.ledger.differences(Schedules.of(Map.of()))).containsExactly("a");
	}

}
