package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.TickMessage;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Validity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link History} and {@link Rows}.
 */
class HistoryTests {

	private static final Instant NOON = Observed.NOON;

	private static final int MOST_EVENTS = 50;

	private final Map<String, Schedule> byEvent = new HashMap<>();

	private Schedules schedules = Schedules.of(this.byEvent);

	private final List<JournalRecord.Missed> counted = new ArrayList<>();

	private final History history = new History(() -> this.schedules, MOST_EVENTS, this.counted::add);

	HistoryTests() {
		schedule("a");
	}

	private void schedule(String event) {
		this.byEvent.put(event,
				Schedule.parse(event, "* * * * * *", ZoneOffset.UTC, Validity.of(Duration.ofMinutes(1))));
		this.schedules = Schedules.of(this.byEvent);
	}

	private static Instant at(long seconds) {
		return NOON.plusSeconds(seconds);
	}

	private static Tick tickOf(long slot) {
		return new Tick(at(slot), 7L, "leader", false);
	}

	private static Tick byHandAt(long seconds) {
		return new Tick(at(seconds), null, null, true);
	}

	private void tick(String event, long slot) {
		this.history.tick(event, at(slot), at(slot).plusMillis(7), "leader");
	}

	private void skipped(long first, long last, long count, long noticed) {
		this.history.skipped(new Skipping(Reason.OUTAGE, at(first), at(noticed),
				List.of(new SkippedSlots("a", at(first), at(last), count, false))));
	}

	private static JournalRecord.Missed missed(String event, String queue, long slot, String correlationId) {
		return new JournalRecord.Missed(event, at(slot), correlationId, queue, MissedReason.EXPIRED);
	}

	private static JournalRecord.Tick tick(long slot, String correlationId) {
		return new JournalRecord.Tick("a", at(slot), at(slot).plusMillis(7), "leader", TickMessage.id("a", at(slot)),
				correlationId);
	}

	private void missed(String queue, long slot, long at) {
		this.history.tick(tick(slot, "id"));
		this.history.missed(missed("a", queue, slot, "id"), at(at));
	}

	private List<Tick> ticks() {
		return this.history.event("a").ticks();
	}

	@Test
	void theLastTicksAreKeptTheNewestFirst() {
		for (int i = 0; i < 250; i++) {
			tick("a", i);
		}
		assertThat(ticks()).hasSize(100).startsWith(tickOf(249)).endsWith(tickOf(150));
		assertThat(this.history.event("a").first()).isEqualTo(NOON);
	}

	@Test
	void messagesByHandDisplaceNoTicks() {
		for (int i = 0; i < 100; i++) {
			tick("a", i);
		}
		for (int i = 0; i < 1000; i++) {
			this.history.byHand("a", at(200 + i / 2));
		}
		this.history.byHand("a", at(150));
		assertThat(ticks()).hasSize(110)
			.startsWith(byHandAt(699))
			.endsWith(tickOf(0))
			.filteredOn(Tick::byHand)
			.hasSize(10)
			.last()
			.isEqualTo(byHandAt(690));
		assertThat(this.history.last("a")).isEqualTo(tickOf(99));
		assertThat(this.history.event("a").last()).isEqualTo(tickOf(99));
	}

	@Test
	void messagesByHandCountOnlyForEventsThatAreKnown() {
		this.history.byHand("unknown", at(1));
		assertThat(this.history.event("unknown").isEmpty()).isTrue();
		tick("unknown", 1);
		this.history.byHand("unknown", at(1).plusMillis(300));
		this.history.byHand("a", at(1).plusMillis(300));
		assertThat(this.history.event("unknown").ticks()).containsExactlyInAnyOrder(tickOf(1), byHandAt(1));
		assertThat(ticks()).containsExactly(byHandAt(1));
		assertThat(this.history.last("a")).isNull();
	}

	@Test
	void whatIsOlderCanComeLater() {
		for (long slot : new long[] { 100, 101, -3600, 50, 101 }) {
			tick("a", slot);
		}
		assertThat(ticks()).containsExactly(tickOf(101), tickOf(100), tickOf(50), tickOf(-3600));
		assertThat(this.history.last("a")).isEqualTo(tickOf(101));
		for (int i = 102; i < 200; i++) {
			tick("a", i);
		}
		tick("a", -7200);
		assertThat(ticks()).hasSize(100).endsWith(tickOf(101), tickOf(100));
		assertThat(this.history.event("a").first()).isEqualTo(at(-7200));
	}

	@Test
	void lagIsInMillisecondsAndNotNegative() {
		this.history.tick("a", at(1), at(1).plus(Duration.ofDays(3)), "leader");
		this.history.tick("a", at(2), at(2).plus(Duration.ofDays(30)), "leader");
		this.history.tick("a", at(3), at(2), "leader");
		this.history.tick("a", at(4), null, "leader");
		assertThat(ticks()).extracting(Tick::lagMillis)
			.containsExactly(null, 0L, (long) Integer.MAX_VALUE, Duration.ofDays(3).toMillis());
	}

	@Test
	void timesUpToTheYear2106AreKept() {
		Instant slot = Instant.parse("2106-01-01T00:00:00Z");
		this.history.tick("a", slot, null, "leader");
		tick("a", 0);
		assertThat(ticks()).extracting(Tick::slot).containsExactly(slot, NOON);
	}

	@Test
	void aThousandNamesAreToldApart() {
		for (int i = 0; i < 1001; i++) {
			this.history.tick("a", at(i), null, "replica-" + i);
		}
		assertThat(ticks()).extracting(Tick::leader).startsWith("other", "replica-999");
	}

	@Test
	void theLastSkippedSlotsAreKeptTheNewestFirst() {
		for (long i = 0; i < 15; i++) {
			skipped(i * 100, i * 100 + 50, 10, 5000 + i);
		}
		assertThat(this.history.event("a").skips()).hasSize(10)
			.startsWith(
					new Skip(new SkippedSlots("a", at(1400), at(1450), 10, false), Reason.OUTAGE, at(1400), at(5014)));
		assertThat(this.history.skippedSince(at(5014))).containsExactly(this.history.event("a").skips().get(0));
		assertThat(this.history.skippedSince(at(5015))).isEmpty();
	}

	@Test
	void aSecondLeaderThatSkipsTheSameSlotsTakesThePlaceOfTheFirst() {
		skipped(0, 540, 10, 700);
		skipped(0, 600, 11, 701);
		skipped(1200, 1200, 1, 1300);
		assertThat(this.history.event("a").skips()).extracting((skip) -> skip.slots().count()).containsExactly(1L, 11L);
	}

	@Test
	void theLastMissedTicksAreKeptTheNewestFirst() {
		missed("report", 3599, 3600);
		missed("report", 10, 70);
		missed("another", 3600, 3700);
		List<Miss> misses = this.history.event("a").misses();
		assertThat(misses).containsExactly(new Miss(at(3600), "another", MissedReason.EXPIRED, at(3700)),
				new Miss(at(3599), "report", MissedReason.EXPIRED, at(3600)),
				new Miss(at(10), "report", MissedReason.EXPIRED, at(70)));
		assertThat(this.history.missedSince(at(3600))).isEqualTo(Map.of("a", misses.subList(0, 2)));
		assertThat(this.history.missedSince(at(3701))).isEmpty();
		assertThat(this.history.event("a").missedSince(at(3599))).isEqualTo(2);
		for (int i = 0; i < 30; i++) {
			missed("report", 100 + i, 5000 + i);
		}
		assertThat(this.history.event("a").misses()).hasSize(20).last().extracting(Miss::at).isEqualTo(at(5010));
	}

	@Test
	void eventsWithoutAScheduleMakeRoomForOthers() {
		for (int i = 0; i < MOST_EVENTS; i++) {
			tick("gone" + i, 0);
		}
		tick("a", 0);
		assertThat(ticks()).hasSize(1);
		assertThat(this.history.event("gone1").isEmpty()).isTrue();
	}

	@Test
	void beyondTheLimitAnEventHasNoHistory() {
		for (int i = 0; i <= MOST_EVENTS; i++) {
			schedule("e" + i);
			tick("e" + i, 0);
		}
		tick("a", 0);
		assertThat(this.history.event("e0").ticks()).hasSize(1);
		assertThat(this.history.event("e" + MOST_EVENTS).isEmpty()).isTrue();
		assertThat(ticks()).isEmpty();
	}

	@Test
	void eachChangeCounts() {
		long before = this.history.revision();
		tick("a", 1);
		assertThat(this.history.revision()).isGreaterThan(before);
		before = this.history.revision();
		tick("a", 1);
		assertThat(this.history.revision()).isEqualTo(before);
		this.history.tick(tick(2, "id"));
		before = this.history.revision();
		this.history.missed(missed("a", "report", 2, "id"), at(3));
		assertThat(this.history.revision()).isGreaterThan(before);
	}

	@Test
	void aMissedTickCountsOnceForEachQueueIfItWasPublishedWithThisId() {
		this.history.tick(tick(1, "id"));
		for (int i = 0; i < 2; i++) {
			this.history.missed(missed("a", "one", 1, "id"), at(10 + i));
			this.history.missed(missed("a", "two", 1, "id"), at(20 + i));
			this.history.missed(missed("a", "three", 1, "forged"), at(30));
			this.history.missed(missed("a", "one", 2, "id"), at(30));
			this.history.missed(missed("b", "one", 1, "id"), at(30));
		}
		assertThat(this.counted).extracting(JournalRecord.Missed::queue).containsExactly("one", "two");
		assertThat(this.history.event("a").misses()).containsExactly(
				new Miss(at(1), "two", MissedReason.EXPIRED, at(20)),
				new Miss(at(1), "one", MissedReason.EXPIRED, at(10)));
	}

	/** The broker writes the two records in any order. */
	@Test
	void aMissedTickCountsAsSoonAsItsTickIsKnown() {
		this.history.missed(missed("a", "one", 1, "id"), at(1));
		this.history.missed(missed("a", "two", 1, "id"), at(1));
		this.history.missed(missed("a", "three", 1, "forged"), at(1));
		assertThat(this.counted).isEmpty();
		this.history.tick(tick(1, "id"));
		assertThat(this.counted).extracting(JournalRecord.Missed::queue).containsExactly("one", "two");
	}

	@Test
	void whatLiesBeforeTheFirstRecordIsKnownWhenThePastIs() {
		History past = this.history.past();
		this.history.tick(tick(200, "id"));
		this.history.missed(missed("a", "late", 110, "id"), at(201));
		for (int i = 0; i < 150; i++) {
			past.tick(tick(i, "id"));
			past.missed(missed("a", "queue", i, "id"), at(i + 1));
		}
		assertThat(ticks()).hasSize(1);
		this.history.complete(past, NOON);
		assertThat(ticks()).hasSize(100).startsWith(tickOf(200), tickOf(149)).endsWith(tickOf(51));
		assertThat(this.history.event("a").misses()).hasSize(20).extracting(Miss::queue).startsWith("late", "queue");
		assertThat(this.history.event("a").first()).isEqualTo(NOON);
		assertThat(this.counted).hasSize(1);
	}

}
