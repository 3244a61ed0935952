package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.ticktock.SettableClock;
import dev.ticktock.journal.JournalState;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Tick;
import dev.ticktock.schedule.Validity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link History} and what it consists of.
 */
class HistoryTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final Map<String, Schedule> byEvent = new HashMap<>(
			Map.of("a", Schedule.parse("a", "* * * * * *", ZoneOffset.UTC, Validity.of(Duration.ofMinutes(1)))));

	private Schedules schedules = Schedules.of(this.byEvent);

	private final History history = new History(() -> this.schedules, this.clock);

	private static Instant at(long seconds) {
		return NOON.plusSeconds(seconds);
	}

	private void tick(String event, long slot) {
		this.history.tick(event, at(slot), at(slot).plusMillis(7), "leader");
	}

	private void skipped(String event, long first, long last, long count) {
		this.history.skipped(new Skipping(Reason.OUTAGE, at(first), this.clock.instant(),
				List.of(new SkippedSlots(event, at(first), at(last), count, false))));
	}

	private void missed(String event, String queue, long slot, long at) {
		this.history.newlyMissed(new MissedTicks("leader", this.clock.instant(),
				List.of(new Group(event, queue, MissedReason.EXPIRED, List.of(new Miss(at(slot), at(at), slot))))));
	}

	@Test
	void theLastTicksAreKeptTheNewestFirst() {
		for (int i = 0; i < 250; i++) {
			tick("a", i);
		}
		assertThat(this.history.ticks("a")).hasSize(100)
			.startsWith(new PastTick(at(249), Duration.ofMillis(7), "leader"))
			.endsWith(new PastTick(at(150), Duration.ofMillis(7), "leader"));
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 250, 0, 0));
	}

	@Test
	void messagesByHandPushNoTickOutButATenth() {
		for (int i = 0; i < 100; i++) {
			tick("a", i);
		}
		for (int i = 0; i < 1000; i++) {
			this.history.byHand("a", at(200 + i / 2));
		}
		this.history.byHand("a", at(150));
		assertThat(this.history.ticks("a")).hasSize(100)
			.startsWith(new PastTick(at(699), null, null))
			.endsWith(new PastTick(at(10), Duration.ofMillis(7), "leader"))
			.filteredOn(PastTick::byHand)
			.hasSize(10)
			.last()
			.isEqualTo(new PastTick(at(690), null, null));
		assertThat(this.history.last("a")).extracting(PastTick::slot).isEqualTo(at(99));
	}

	@Test
	void messagesByHandAreDroppedFirstWhereLessIsKept() {
		for (int i = 0; i < 100; i++) {
			tick("a", i);
			this.history.byHand("a", at(200 + i));
		}
		for (int i = 0; i < 50_000; i++) {
			tick("other " + i, 0);
		}
		assertThat(this.history.ticks("a")).extracting(PastTick::byHand)
			.containsExactly(true, false, false, false, false, false, false, false, false, false, false, false);
	}

	@Test
	void whatIsOlderComesLaterAndFindsItsPlace() {
		tick("a", 100);
		tick("a", 101);
		tick("a", -3600);
		tick("a", 50);
		assertThat(this.history.ticks("a")).extracting(PastTick::slot)
			.containsExactly(at(101), at(100), at(50), at(-3600));
		assertThat(this.history.last("a")).extracting(PastTick::slot).isEqualTo(at(101));
		assertThat(this.history.hours("a")).containsExactly(new PastHour(at(-3600), 1, 0, 0),
				new PastHour(NOON, 3, 0, 0));
	}

	@Test
	void whatIsOlderThanAllThatIsKeptIsOnlyCounted() {
		for (int i = 0; i < 100; i++) {
			tick("a", i);
		}
		tick("a", -1);
		assertThat(this.history.ticks("a")).hasSize(100).last().extracting(PastTick::slot).isEqualTo(NOON);
		assertThat(this.history.hours("a")).containsExactly(new PastHour(at(-3600), 1, 0, 0),
				new PastHour(NOON, 100, 0, 0));
	}

	@Test
	void aTickThatComesTwiceIsOne() {
		tick("a", 1);
		tick("a", 2);
		tick("a", 1);
		assertThat(this.history.ticks("a")).hasSize(2);
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 2, 0, 0));
	}

	@Test
	void lagIsInMillisecondsAndAfterTwoHoursInSeconds() {
		Duration most = Duration.ofMillis(0x7FFFFF);
		Duration days = Duration.ofDays(3).plusMillis(500);
		this.history.tick("a", at(1), at(1).plus(most), "leader");
		this.history.tick("a", at(2), at(2).plus(days), "leader");
		this.history.tick("a", at(3), at(2), "leader");
		this.history.tick("a", at(4), null, "leader");
		assertThat(this.history.ticks("a")).extracting(PastTick::lag)
			.containsExactly(null, Duration.ZERO, Duration.ofDays(3), most);
	}

	@Test
	void aMessageByHandIsKeptAndIsNoSlot() {
		tick("a", 1);
		this.history.byHand("a", at(1).plusMillis(300));
		this.history.byHand("unknown", at(1));
		assertThat(this.history.ticks("a")).extracting(PastTick::byHand).containsExactlyInAnyOrder(true, false);
		assertThat(this.history.last("a")).extracting(PastTick::byHand).isEqualTo(false);
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 1, 0, 0));
		assertThat(this.history.ticks("unknown")).isEmpty();
	}

	@Test
	void theLeaderIsTheOneOfTheNewestTick() {
		this.history.tick("a", at(2), null, "new");
		this.history.tick("a", at(1), null, "old");
		assertThat(this.history.leader()).isEqualTo("new");
		assertThat(this.history.ticks("a")).extracting(PastTick::leader).containsExactly("new", "old");
	}

	@Test
	void moreReplicasThanHaveNumbersAreOthers() {
		for (int i = 0; i < 300; i++) {
			this.history.tick("a", at(i), null, "replica-" + i);
		}
		assertThat(this.history.ticks("a")).first().extracting(PastTick::leader).isEqualTo("another");
		assertThat(this.history.ticks("a")).last().extracting(PastTick::leader).isEqualTo("replica-200");
	}

	@Test
	void skippedSlotsAreSpreadOverTheirHours() {
		this.clock.set(at(7200));
		skipped("a", 1800, 3600 + 1799, 60);
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 0, 30, 0),
				new PastHour(at(3600), 0, 30, 0));
		assertThat(this.history.skips("a")).containsExactly(new PastSkip(
				new SkippedSlots("a", at(1800), at(3600 + 1799), 60, false), Reason.OUTAGE, at(1800), at(7200)));
		assertThat(this.history.skippedSince(at(7200))).hasSize(1);
		assertThat(this.history.skippedSince(at(7201))).isEmpty();
	}

	@Test
	void aSecondLeaderThatSkipsTheSameSlotsTakesThePlaceOfTheFirst() {
		skipped("a", 0, 540, 10);
		skipped("a", 0, 600, 11);
		skipped("a", 1200, 1200, 1);
		assertThat(this.history.skips("a")).extracting((skip) -> skip.slots().count()).containsExactly(11L, 1L);
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 0, 12, 0));
	}

	@Test
	void whatNobodyTookIsKeptTheNewestFirstAndCountedByTheHourOfItsSlot() {
		this.clock.set(at(7200));
		missed("a", "report", 3599, 3600);
		missed("a", "report", 10, 70);
		missed("a", "another", 3600, 3700);
		assertThat(this.history.misses("a")).containsExactly(
				new PastMiss(at(3600), "another", MissedReason.EXPIRED, at(3700)),
				new PastMiss(at(3599), "report", MissedReason.EXPIRED, at(3600)),
				new PastMiss(at(10), "report", MissedReason.EXPIRED, at(70)));
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 0, 0, 2),
				new PastHour(at(3600), 0, 0, 1));
		assertThat(this.history.missedInTheLastDay("a")).isEqualTo(3);
		assertThat(this.history.misses("b")).isEmpty();
	}

	@Test
	void theLastOfThoseThatNobodyTookAreKeptAndAllAreCounted() {
		for (int i = 0; i < 100; i++) {
			missed("a", "report", i, i + 60);
		}
		missed("a", "report", -1, 0);
		assertThat(this.history.misses("a")).hasSize(20)
			.startsWith(new PastMiss(at(99), "report", MissedReason.EXPIRED, at(159)))
			.endsWith(new PastMiss(at(80), "report", MissedReason.EXPIRED, at(140)));
		assertThat(this.history.missedSince(at(0)))
			.containsExactly(new MissedLately("a", "report", MissedReason.EXPIRED, 101, false, at(159)));
		missed("a", "another", 100, 160);
		assertThat(this.history.missedSince(at(0))).containsExactly(
				new MissedLately("a", "another", MissedReason.EXPIRED, 1, true, at(160)),
				new MissedLately("a", "report", MissedReason.EXPIRED, 19, true, at(159)));
		assertThat(this.history.missedSince(at(160))).extracting(MissedLately::queue).containsExactly("another");
		assertThat(this.history.missedSince(at(161))).isEmpty();
	}

	@Test
	void anHourHasRoomForThreeNumbers() {
		tick("a", 0);
		skipped("a", 10, 10, 1);
		for (int i = 0; i < 0x4000; i++) {
			missed("a", "report", 1800, 1860);
		}
		assertThat(this.history.hours("a")).containsExactly(new PastHour(NOON, 1, 1, 0x3FFF));
	}

	@Test
	void whatNobodyTookLongAgoIsNotCounted() {
		missed("a", "report", -8 * 24 * 3600L, 0);
		assertThat(this.history.hours("a")).isEmpty();
		assertThat(this.history.misses("a")).hasSize(1);
	}

	@Test
	void moreQueuesThanHaveNumbersAreOthers() {
		for (int i = 0; i <= 1001; i++) {
			missed("a", "queue." + i, i, 5000 + i);
		}
		assertThat(this.history.misses("a")).extracting(PastMiss::queue)
			.startsWith("other", "other", "queue.999", "queue.998");
	}

	@Test
	void hoursThatAreOverForAWeekAreNotShown() {
		tick("a", 0);
		this.clock.set(NOON.plus(Duration.ofDays(7)));
		assertThat(this.history.hours("a")).hasSize(1);
		this.clock.set(NOON.plus(Duration.ofDays(7)).plusSeconds(3600));
		assertThat(this.history.hours("a")).isEmpty();
		assertThat(this.history.ticks("a")).hasSize(1);
	}

	@Test
	void ofManyEventsLessOfEachIsKept() {
		assertThat(Limits.of(10_000)).isEqualTo(new Limits(100, 168, 10, 20));
		assertThat(Limits.of(10_001)).isEqualTo(new Limits(50, 84, 5, 10));
		assertThat(Limits.of(Limits.MOST_EVENTS)).isEqualTo(new Limits(8, 14, 1, 2));
		for (int i = 0; i < 60; i++) {
			tick("a", i);
		}
		for (int i = 0; i < 10_000; i++) {
			tick("e" + i, 0);
		}
		assertThat(this.history.ticks("a")).hasSize(50);
		tick("a", 60);
		assertThat(this.history.ticks("a")).hasSize(50).first().extracting(PastTick::slot).isEqualTo(at(60));
	}

	@Test
	void whatHasNoScheduleAnyMoreMakesRoomForWhatHas() {
		for (int i = 0; i < Limits.MOST_EVENTS; i++) {
			tick("gone" + i, 0);
		}
		tick("a", 0);
		assertThat(this.history.ticks("a")).hasSize(1);
		assertThat(this.history.ticks("gone1")).isEmpty();
	}

	@Test
	void aReplicaWithoutAJournalKeepsWhatItPublishesItself() {
		Tick tick = new Tick("a", NOON, null, null, at(60));
		new OwnTicks(this.history, () -> JournalState.ATTACHED, "me").published(tick, at(1));
		assertThat(this.history.ticks("a")).isEmpty();
		new OwnTicks(this.history, () -> JournalState.OFF, "me").published(tick, at(1));
		assertThat(this.history.ticks("a")).containsExactly(new PastTick(NOON, Duration.ofSeconds(1), "me"));
	}

}
