package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.CheckpointMessage;
import dev.ticktock.message.Marker;
import dev.ticktock.message.MissedMessage;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.message.Seal;
import dev.ticktock.message.SkippedMessage;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HistoryReader}: which records of a stretch are told, without a broker.
 */
class HistoryReaderTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Trust TRUST = Trust.of("ticktock", List.of());

	private static final Trust SOMEBODY = Trust.of("somebody", List.of());

	private static final Seal SEAL = Seal.fresh();

	private static final Envelope TO_THE_JOURNAL = new Envelope(1, false, "", "journal");

	private static final byte[] EMPTY = new byte[0];

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(600));

	private final SettableUptime uptime = new SettableUptime();

	private final RecordedHistory history = new RecordedHistory();

	private final HistoryReader.Budget budget = new HistoryReader.Budget(100, 100_000);

	private final HistoryReader reader = reader(1000);

	private long offset = 500;

	private HistoryReader reader(long end) {
		return new HistoryReader("journal", end, TRUST, new ClockTolerance(this.clock, Duration.ofMinutes(5)),
				new Chronicle(List.of(this.history), this.clock, this.uptime), this.budget);
	}

	private boolean take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		Map<String, Object> headers = new HashMap<>(
				(properties.getHeaders() != null) ? properties.getHeaders() : Map.of());
		headers.put("x-stream-offset", this.offset++);
		return this.reader.take(envelope, properties.builder().headers(headers).build(), body);
	}

	private boolean takeTick(String event, Instant slot, Seal seal) {
		// Published when the clock says so: two seconds after its slot.
		SettableClock leaders = new SettableClock(slot.plusSeconds(2));
		TickMessage message = new TickMessage(leaders, "leader", Dialect.RABBITMQ, seal);
		Tick tick = new Tick(event, slot, null, null, slot.plusSeconds(60));
		return take(new Envelope(1, false, "exchange", event), message.properties(tick), message.body(tick));
	}

	private boolean takeMarker(Trust publisher, Seal seal) {
		return take(TO_THE_JOURNAL, Marker.properties("id", publisher, seal), EMPTY);
	}

	private boolean takeByHand(String event) {
		return take(new Envelope(1, false, "exchange", event), new AMQP.BasicProperties(), EMPTY);
	}

	@Test
	void whatFollowsTheFirstSealIsToldAndTheRestIsLeftToTheStretchBefore() {
		takeTick("a", SLOT, SEAL);
		takeByHand("a");
		takeMarker(SOMEBODY, SEAL);
		takeTick("a", SLOT.plusSeconds(60), SEAL);
		assertThat(this.history.heard()).isEmpty();
		takeMarker(TRUST, SEAL);
		takeTick("a", SLOT.plusSeconds(120), SEAL);
		assertThat(this.history.heard()).containsExactly("a@2026-03-01T10:17:00Z after PT2S by leader");
		assertThat(this.reader.first()).isEqualTo(500);
		assertThat(this.reader.told()).isEqualTo(504);
	}

	@Test
	void aCheckpointTellsTheSealToo() {
		take(TO_THE_JOURNAL, CheckpointMessage.properties(TRUST),
				CheckpointMessage.body(new Checkpoint(Cursor.at(SLOT), Map.of()), SEAL));
		takeTick("a", SLOT, SEAL);
		assertThat(this.history.heard()).hasSize(1);
	}

	@Test
	void whatBearsNoSealOrIsOfTheFutureIsNotTold() {
		takeMarker(TRUST, SEAL);
		takeTick("a", SLOT, Seal.fresh());
		takeTick("a", SLOT.plusSeconds(3600), SEAL);
		take(TO_THE_JOURNAL, SkippedMessage.properties(SOMEBODY), skipped(SLOT));
		take(TO_THE_JOURNAL, SkippedMessage.properties(TRUST), skipped(SLOT.plusSeconds(3600)));
		take(TO_THE_JOURNAL, SkippedMessage.properties(TRUST), EMPTY);
		assertThat(this.history.heard()).isEmpty();
		take(TO_THE_JOURNAL, SkippedMessage.properties(TRUST), skipped(SLOT));
		assertThat(this.history.heard()).containsExactly("3 of a skipped");
	}

	@Test
	void missedTicksAreToldIfALeaderHasWrittenThem() {
		take(TO_THE_JOURNAL, MissedMessage.properties(TRUST), missed(SLOT));
		takeMarker(TRUST, SEAL);
		take(TO_THE_JOURNAL, MissedMessage.properties(SOMEBODY), missed(SLOT));
		take(TO_THE_JOURNAL, MissedMessage.properties(TRUST), missed(SLOT.plusSeconds(3600)));
		assertThat(this.history.heard()).isEmpty();
		take(TO_THE_JOURNAL, MissedMessage.properties(TRUST), missed(SLOT));
		assertThat(this.history.heard()).containsExactly("1 of a missed");
	}

	private static byte[] missed(Instant noticed) {
		return MissedMessage.body(new MissedTicks("writer", noticed,
				List.of(new Group("a", "queue", MissedReason.EXPIRED, List.of(new Miss(SLOT, SLOT, 1))))));
	}

	private static byte[] skipped(Instant noticed) {
		return SkippedMessage.body(new Skipping(Reason.OUTAGE, SLOT, noticed,
				List.of(new SkippedSlots("a", SLOT, SLOT.plusSeconds(120), 3, false))));
	}

	@Test
	void whatWasPublishedByHandHasTheTimeOfTheTickBefore() {
		takeMarker(TRUST, SEAL);
		takeTick("a", SLOT, SEAL);
		takeByHand("b");
		assertThat(this.history.heard()).last().isEqualTo("b by hand at 2026-03-01T10:15:02Z");
	}

	@Test
	void theStretchEndsWhereTheNextBegins() {
		takeMarker(TRUST, SEAL);
		this.offset = 999;
		assertThat(takeTick("a", SLOT, SEAL)).isFalse();
		assertThat(this.reader.isDone()).isFalse();
		assertThat(takeTick("a", SLOT.plusSeconds(60), SEAL)).isTrue();
		assertThat(this.reader.isDone()).isTrue();
		assertThat(this.history.heard()).hasSize(1);
	}

	@Test
	void noMoreIsReadThanMayBe() {
		takeMarker(TRUST, SEAL);
		int taken = 1;
		while (!takeTick("a", SLOT.plusSeconds(taken), SEAL)) {
			taken++;
		}
		assertThat(taken).isEqualTo(100);
		assertThat(this.budget.isSpent()).isTrue();
		assertThat(this.reader.isDone()).isTrue();
	}

}
