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
import dev.ticktock.broker.Topology;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
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

	private static final Envelope TO_THE_JOURNAL = new Envelope(1, false, "", "journal");

	private static final byte[] EMPTY = new byte[0];

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(600));

	private final SettableUptime uptime = new SettableUptime();

	private final RecordedHistory history = new RecordedHistory();

	private final HistoryReader.Budget budget = new HistoryReader.Budget(100, 100_000);

	private final HistoryReader reader = reader(1000);

	private long offset = 500;

	private HistoryReader reader(long end) {
		return new HistoryReader("journal", end,
				new JournalDecoder(new Topology("exchange", "exchange.leader", "journal"), TRUST),
				new ClockTolerance(this.clock, Duration.ofMinutes(5)),
				new Chronicle(List.of(this.history), this.clock, this.uptime), this.budget);
	}

	private boolean take(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		Map<String, Object> headers = new HashMap<>(
				(properties.getHeaders() != null) ? properties.getHeaders() : Map.of());
		headers.put("x-stream-offset", this.offset++);
		return this.reader.take(envelope, properties.builder().headers(headers).build(), body);
	}

	private boolean takeTick(String event, Instant slot) {
		// Published when the clock says so: two seconds after its slot.
		SettableClock leaders = new SettableClock(slot.plusSeconds(2));
		TickMessage message = new TickMessage(leaders, "leader", Dialect.RABBITMQ);
		Tick tick = new Tick(event, slot, null, null, slot.plusSeconds(60));
		return take(new Envelope(1, false, "exchange.out", event), message.properties(tick), message.body(tick));
	}

	private boolean takeByHand(String event) {
		return take(new Envelope(1, false, "exchange", event), new AMQP.BasicProperties(), EMPTY);
	}

	@Test
	void whatDoesNotCountOrIsOfTheFutureIsNotTold() {
		takeTick("a", SLOT.plusSeconds(3600));
		take(skipped(SLOT, SOMEBODY));
		take(skipped(SLOT.plusSeconds(3600), TRUST));
		take(TO_THE_JOURNAL, skipped(SLOT, TRUST).properties(), EMPTY);
		take(ControlMessage.marker("id", "term", TRUST));
		assertThat(this.history.heard()).isEmpty();
		take(skipped(SLOT, TRUST));
		takeTick("a", SLOT);
		assertThat(this.history.heard()).containsExactly("3 of a skipped",
				"a@2026-03-01T10:15:00Z after PT2S by leader");
		assertThat(this.reader.first()).isEqualTo(500);
	}

	private boolean take(ControlMessage message) {
		return take(TO_THE_JOURNAL, message.properties(), message.body());
	}

	private static ControlMessage skipped(Instant noticed, Trust publisher) {
		return ControlMessage.skipped(new Skipping(Reason.OUTAGE, SLOT, noticed,
				List.of(new SkippedSlots("a", SLOT, SLOT.plusSeconds(120), 3, false))), publisher);
	}

	@Test
	void whatWasPublishedByHandHasTheTimeOfTheTickBefore() {
		takeTick("a", SLOT);
		takeByHand("b");
		assertThat(this.history.heard()).last().isEqualTo("b by hand at 2026-03-01T10:15:02Z");
	}

	@Test
	void theStretchEndsWhereTheNextBegins() {
		this.offset = 999;
		assertThat(takeTick("a", SLOT)).isFalse();
		assertThat(this.reader.isDone()).isFalse();
		assertThat(takeTick("a", SLOT.plusSeconds(60))).isTrue();
		assertThat(this.reader.isDone()).isTrue();
		assertThat(this.history.heard()).hasSize(1);
	}

	@Test
	void noMoreIsReadThanMayBe() {
		int taken = 0;
		while (!takeTick("a", SLOT.plusSeconds(taken))) {
			taken++;
		}
		assertThat(taken).isEqualTo(100);
		assertThat(this.budget.isSpent()).isTrue();
		assertThat(this.reader.isDone()).isTrue();
	}

}
