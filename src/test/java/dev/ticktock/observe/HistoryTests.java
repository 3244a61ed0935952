package dev.ticktock.observe;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.message.TickMessage;
import dev.ticktock.observe.EventHistory.Miss;
import dev.ticktock.observe.EventHistory.Outcome;
import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import dev.ticktock.observe.Mark.State;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.function.ThrowingSupplier;

import static dev.ticktock.TestSchedules.configured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link History}.
 */
class HistoryTests {

	private static final Instant NOON = Observed.NOON;

	private static final int MOST_EVENTS = 50;

	private final Map<String, Schedule> byEvent = new HashMap<>();

	private Schedules schedules = Schedules.of(this.byEvent);

	private final List<JournalRecord.Missed> counted = new ArrayList<>();

	/** Event, status and seconds of each outcome that was counted. */
	private final List<String> answers = new ArrayList<>();

	private @Nullable Supplier<Number> ticksSinceSuccess;

	private final History history = new History(() -> this.schedules, MOST_EVENTS, new History.Counts() {

		@Override
		public void missed(JournalRecord.Missed missed) {
			HistoryTests.this.counted.add(missed);
		}

		@Override
		public void outcome(@Nullable String event, OutcomeStatus status, @Nullable Duration took) {
			HistoryTests.this.answers.add("%s %s %s".formatted(event, status.word(), took));
		}

		@Override
		public void answers(String event, Supplier<Number> ticksSinceSuccess) {
			HistoryTests.this.answers.add(event + " answers");
			HistoryTests.this.ticksSinceSuccess = ticksSinceSuccess;
		}

	});

	HistoryTests() {
		schedule("a");
	}

	private void schedule(String event) {
		this.byEvent.put(event, configured(event, "* * * * * *"));
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
		this.history.tick(event, at(slot), at(slot).plusMillis(7), "leader", null);
	}

	private void skipped(Reason reason, long first, long last, long count, long noticed) {
		this.history.skipped(new Skipping(reason, (reason != Reason.HELD) ? at(first) : null, at(noticed),
				List.of(new SkippedSlots("a", at(first), at(last), count, false))));
	}

	private static JournalRecord.Missed missed(String event, String queue, long slot, @Nullable String correlationId) {
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

	private static JournalRecord.Outcome outcome(OutcomeStatus status, long slot, String correlationId) {
		return new JournalRecord.Outcome("a", at(slot), correlationId, status,
				(status != OutcomeStatus.DONE) ? "disk full" : "", at(slot).plusMillis(1234), Duration.ofMillis(250));
	}

	private void answered(OutcomeStatus status, long slot) {
		this.history.outcome(outcome(status, slot, "id"), at(slot + 2));
	}

	private static Outcome done(long slot) {
		return new Outcome(at(slot), OutcomeStatus.DONE, at(slot).plusMillis(1234), 0.25, null);
	}

	private static Outcome failed(long slot, @Nullable String message) {
		return new Outcome(at(slot), OutcomeStatus.FAILED, at(slot).plusMillis(1234), 0.25, message);
	}

	private List<Tick> ticks() {
		return this.history.event("a").ticks();
	}

	@Test
	void theLastTicksAreKeptTheNewestFirstAlsoIfOlderOnesComeLater() {
		for (int i = 0; i < 250; i++) {
			tick("a", i);
		}
		tick("a", 200);
		tick("a", -3600);
		assertThat(ticks()).hasSize(100).startsWith(tickOf(249)).endsWith(tickOf(150));
		assertThat(this.history.event("a").first()).isEqualTo(at(-3600));
		for (long slot : new long[] { 100, 101, -3600, 50, 101 }) {
			tick("b", slot);
		}
		assertThat(this.history.event("b").ticks()).containsExactly(tickOf(101), tickOf(100), tickOf(50),
				tickOf(-3600));
		assertThat(this.history.last("b")).isEqualTo(tickOf(101));
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
	void theLastSkippedSlotsAreKeptTheNewestFirstAndTheSameOnesOnce() {
		for (long i = 0; i < 15; i++) {
			skipped(Reason.OUTAGE, i * 100, i * 100 + 50, 10, 5000 + i);
		}
		List<Skip> skips = this.history.event("a").skips();
		assertThat(skips).hasSize(10)
			.startsWith(
					new Skip(new SkippedSlots("a", at(1400), at(1450), 10, false), Reason.OUTAGE, at(1400), at(5014)));
		assertThat(this.history.skippedSince(at(5014))).containsExactly(skips.get(0));
		assertThat(this.history.skippedSince(at(5015))).isEmpty();
		skipped(Reason.OUTAGE, 1400, 1500, 11, 5015);
		assertThat(this.history.event("a").skips()).hasSize(10)
			.extracting((skip) -> skip.slots().count())
			.startsWith(11L, 10L);
	}

	@Test
	void slotsThatPassOnHoldAreOneEntryUntilATickAndNoProblem() {
		skipped(Reason.OUTAGE, 0, 50, 10, 60);
		for (long slot : List.of(100, 200, 200, 300)) {
			skipped(Reason.HELD, slot, slot, 1, slot);
		}
		tick("a", 400);
		skipped(Reason.HELD, 500, 500, 1, 500);
		assertThat(this.history.event("a").skips())
			.extracting((skip) -> skip.slots().first(), (skip) -> skip.slots().last(), (skip) -> skip.slots().count(),
					Skip::isHeld)
			.containsExactly(tuple(at(500), at(500), 1L, true), tuple(at(100), at(300), 3L, true),
					tuple(at(0), at(50), 10L, false));
		assertThat(this.history.skippedSince(at(0))).singleElement().matches((skip) -> !skip.isHeld());
		assertThat(this.history.event("a").marks()).extracting(Mark::state).contains(State.HELD);
	}

	@Test
	void aHoldOfThePastGoesOnAndThoseBeforeItStay() {
		History past = this.history.past();
		past.skipped(new Skipping(Reason.HELD, null, at(10), List.of(new SkippedSlots("a", at(0), at(10), 2, false))));
		past.tick("a", at(100), null, "leader", null);
		past.skipped(
				new Skipping(Reason.HELD, null, at(230), List.of(new SkippedSlots("a", at(200), at(230), 4, false))));
		skipped(Reason.HELD, 230, 230, 1, 230);
		skipped(Reason.HELD, 240, 250, 2, 250);
		tick("a", 300);
		skipped(Reason.HELD, 400, 400, 1, 400);
		this.history.complete(past, at(-1000));
		assertThat(this.history.event("a").skips())
			.extracting((skip) -> skip.slots().first(), (skip) -> skip.slots().last(), (skip) -> skip.slots().count())
			.containsExactly(tuple(at(400), at(400), 1L), tuple(at(230), at(250), 3L), tuple(at(200), at(230), 4L),
					tuple(at(0), at(10), 2L));
	}

	@Test
	void aHoldThatBeganBeforeAStartIsOneEntry() {
		History past = this.history.past();
		past.skipped(
				new Skipping(Reason.HELD, null, at(230), List.of(new SkippedSlots("a", at(200), at(230), 4, false))));
		skipped(Reason.HELD, 240, 250, 2, 250);
		this.history.complete(past, at(-1000));
		assertThat(this.history.event("a").skips()).singleElement()
			.extracting((skip) -> skip.slots().first(), (skip) -> skip.slots().last(), (skip) -> skip.slots().count())
			.containsExactly(at(200), at(250), 6L);
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
		assertThat(this.history.event("a").unanswered()).as("of an event that never answers").isZero();
		for (int i = 0; i < 30; i++) {
			missed("report", 100 + i, 5000 + i);
		}
		assertThat(this.history.event("a").misses()).hasSize(20).last().extracting(Miss::at).isEqualTo(at(5010));
	}

	@Test
	void eventsWithoutAScheduleMakeRoomAndOthersBeyondTheLimitHaveNoHistory() {
		for (int i = 0; i < MOST_EVENTS; i++) {
			tick("gone" + i, 0);
		}
		tick("a", 0);
		assertThat(ticks()).hasSize(1);
		assertThat(this.history.event("gone1").isEmpty()).isTrue();
		for (int i = 1; i <= MOST_EVENTS; i++) {
			schedule("e" + i);
			tick("e" + i, 0);
		}
		assertThat(this.history.event("e" + (MOST_EVENTS - 1)).ticks()).hasSize(1);
		assertThat(this.history.event("e" + MOST_EVENTS).isEmpty()).isTrue();
	}

	/** The broker writes the two records in any order. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aMissedTickCountsOnceForEachQueueAndAnOutcomeOnceIfTheTickHasThisId(boolean tickFirst) {
		if (tickFirst) {
			this.history.tick(tick(1, "id"));
		}
		for (int i = 0; i < 2; i++) {
			this.history.missed(missed("a", "one", 1, "id"), at(10 + i));
			this.history.missed(missed("a", "two", 1, "id"), at(20 + i));
			this.history.missed(missed("a", "three", 1, "forged"), at(30));
			this.history.missed(missed("a", "one", 2, "id"), at(30));
			this.history.missed(missed("b", "one", 1, "id"), at(30));
		}
		this.history.outcome(outcome(OutcomeStatus.FAILED, 1, "forged"), at(2));
		answered(OutcomeStatus.DONE, 1);
		answered(OutcomeStatus.FAILED, 1);
		assertThat(this.counted).hasSize(tickFirst ? 2 : 0);
		assertThat(this.answers).hasSize(tickFirst ? 4 : 0);
		this.history.tick(tick(1, "id"));
		assertThat(this.counted).extracting(JournalRecord.Missed::queue).containsExactly("one", "two");
		assertThat(this.answers).containsExactly("null unknown null", "a answers", "a done PT0.25S", "a doubled null");
		assertThat(this.history.event("a").outcomes()).containsExactly(done(1));
		assertThat(this.history.event("a").misses()).containsExactly(
				new Miss(at(1), "two", MissedReason.EXPIRED, at(20)),
				new Miss(at(1), "one", MissedReason.EXPIRED, at(10)));
	}

	@Test
	void whatLiesBeforeTheFirstRecordIsKnownAndNotCountedWhenThePastIs() {
		History past = this.history.past();
		this.history.tick(tick(200, "id"));
		this.history.missed(missed("a", "late", 110, "id"), at(201));
		answered(OutcomeStatus.DONE, 111);
		for (int i = 0; i < 150; i++) {
			past.tick(tick(i, "id"));
			past.missed(missed("a", "queue", i, "id"), at(i + 1));
		}
		past.outcome(outcome(OutcomeStatus.FAILED, 110, "id"), at(112));
		assertThat(ticks()).hasSize(1);
		this.history.complete(past, NOON);
		assertThat(ticks()).hasSize(100).startsWith(tickOf(200), tickOf(149)).endsWith(tickOf(51));
		EventHistory history = this.history.event("a");
		assertThat(history.misses()).hasSize(20).extracting(Miss::queue).startsWith("late", "queue");
		assertThat(history.first()).isEqualTo(NOON);
		assertThat(history.outcomes()).containsExactly(done(111), failed(110, null));
		assertThat(history.lastSuccess()).isEqualTo(done(111));
		assertThat(history.lastFailure()).isEqualTo(failed(110, "disk full"));
		assertThat(this.counted).hasSize(1);
		assertThat(this.answers).containsExactly("a answers", "a done PT0.25S");
	}

	@Test
	void anOutcomeOfNoTickChangesACounterOnlyOnceTheHistoryIsComplete() {
		History past = this.history.past();
		this.history.outcome(new JournalRecord.Outcome("a", null, null, OutcomeStatus.DONE, "", null, null), at(1));
		answered(OutcomeStatus.DONE, 5);
		answered(OutcomeStatus.DONE, 500);
		assertThat(this.answers).containsExactly("null unknown null");
		this.history.complete(past, NOON);
		answered(OutcomeStatus.DONE, 501);
		assertThat(this.answers).containsExactly("null unknown null", "null unknown null");
		this.history.outcome(new JournalRecord.Outcome("b", at(1), "id", OutcomeStatus.DONE, "", null, null), at(563));
		assertThat(this.answers).hasSize(3).endsWith("null unknown null");
		// The same one, which was the only one to wait.
		this.history.outcome(new JournalRecord.Outcome("b", at(1), "id", OutcomeStatus.DONE, "", null, null), at(625));
		assertThat(this.answers).hasSize(6);
		for (int i = 0; i < 10_001; i++) {
			answered(OutcomeStatus.DONE, 700);
		}
		assertThat(this.answers).hasSize(6 + 10_001);
		assertThat(this.history.event("a").isEmpty()).isTrue();
		assertThat(this.history.event("b").isEmpty()).isTrue();
	}

	@Test
	void whatAWorkerSaysOfAgesIsLeftOut() {
		this.history.tick(tick(1, "id"));
		this.history.outcome(
				new JournalRecord.Outcome("a", at(1), "id", OutcomeStatus.DONE, "", Instant.MAX, Duration.ofDays(1000)),
				at(2));
		assertThat(this.history.event("a").outcomes())
			.containsExactly(new Outcome(at(1), OutcomeStatus.DONE, null, null, null));
	}

	@Test
	void theLastSuccessAndTheLastFailureAreKnownByTheirSlots() {
		for (long slot = 0; slot < 200; slot++) {
			this.history.tick(tick(slot, "id"));
			if (slot < 150) {
				answered((slot == 3) ? OutcomeStatus.DONE : OutcomeStatus.FAILED, slot);
			}
		}
		EventHistory history = this.history.event("a");
		assertThat(history.lastSuccess()).isEqualTo(done(3));
		assertThat(history.lastFailure()).isEqualTo(failed(149, "disk full"));
		assertThat(history.outcomes()).hasSize(100).startsWith(failed(149, null));
		assertThat(history.unanswered()).isEqualTo(49);
		assertThat(history.marks().map(Mark::state)).hasSize(100)
			.startsWith(Mark.State.PUBLISHED)
			.endsWith(Mark.State.FAILED);
		answered(OutcomeStatus.DONE, 198);
		answered(OutcomeStatus.DONE, 197);
		assertThat(this.history.event("a").lastSuccess()).isEqualTo(done(198));
		assertThat(this.history.event("a").unanswered()).isEqualTo(47);
		assertThat(Objects.requireNonNull(this.ticksSinceSuccess).get().intValue()).isOne();
	}

	/** A worker that fails says so and rejects the tick; the two come in any order. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aRejectedTickIsAFailureOnce(boolean rejectedFirst) {
		this.history.tick(tick(1, "id"));
		if (!rejectedFirst) {
			answered(OutcomeStatus.FAILED, 1);
		}
		for (String queue : List.of("one", "two")) {
			this.history.missed(new JournalRecord.Missed("a", at(1), "id", queue, MissedReason.REJECTED), at(2));
		}
		if (rejectedFirst) {
			assertThat(this.history.event("a").lastFailure())
				.isEqualTo(new Outcome(at(1), OutcomeStatus.FAILED, null, null, "rejected in queue two"));
			assertThat(this.answers).containsExactly("a failed null");
			answered(OutcomeStatus.FAILED, 1);
		}
		assertThat(this.history.event("a").lastFailure()).isEqualTo(failed(1, "disk full"));
		assertThat(this.answers).filteredOn((each) -> each.startsWith("a failed")).hasSize(1);
	}

	@Test
	void aFullHistoryTakesNoMoreMemoryThanIsDocumented() {
		List<String> events = IntStream.range(0, 2000).mapToObj("report.of.customer.%06d"::formatted).toList();
		long before = liveBytes();
		History full = new History(() -> Schedules.of(Map.of()), events.size(), (missed) -> {
		});
		for (String event : events) {
			for (int i = 0; i < History.TICKS; i++) {
				full.tick(event, at(i), at(i), "leader", null);
				full.byHand(event, at(i));
			}
			for (int i = 0; i < History.MISSES; i++) {
				full.missed(missed(event, "queue", i, null), at(i));
				full.skipped(new Skipping(Reason.OUTAGE, NOON, NOON,
						List.of(new SkippedSlots(event, at(i), at(i + 1), 2, false))));
			}
		}
		// 40 MB for the 10,000 events of the default, as docs/operations.md has it.
		assertThat((liveBytes() - before) / events.size()).isLessThan(4000);
		assertThat(full.event(events.get(0)).ticks()).hasSize(History.TICKS + History.BY_HAND);
	}

	@Test
	void anOutcomeWaitsForItsTickUntilARecordIsAMinuteLater() {
		this.history.complete(this.history.past(), NOON);
		answered(OutcomeStatus.DONE, 1);
		this.history.take(new JournalRecord.ByHand("b"), at(63));
		assertThat(this.answers).isEmpty();
		this.history.take(new JournalRecord.ByHand("b"), at(64));
		assertThat(this.answers).containsExactly("null unknown null");
	}

	/** By the objects, because the JVM's own figure goes by its regions. */
	private static long liveBytes() {
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		return ThrowingSupplier.of(() -> {
			Object histogram = server.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"),
					"gcClassHistogram", new Object[] { null }, new String[] { String[].class.getName() });
			return Long.parseLong(histogram.toString().strip().replaceFirst("(?s).*\\s", ""));
		}).get();
	}

}
