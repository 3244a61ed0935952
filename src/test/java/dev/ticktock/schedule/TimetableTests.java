package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

import dev.ticktock.schedule.Timetable.Due;
import dev.ticktock.support.CpuTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link Timetable}, with time stepped by hand.
 */
class TimetableTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final String MINUTELY = "0 * * * * *";

	private static final String SECONDLY = "* * * * * *";

	private static final Due NOTHING = new Due(List.of(), List.of(), false, Map.of());

	private final Timetable timetable = new Timetable();

	private static Function<Schedule, Instant> after(Instant instant) {
		return (schedule) -> instant;
	}

	private static Instant at(long seconds) {
		return NOON.plusSeconds(seconds);
	}

	private static long skipped(Due due) {
		return due.skipped().stream().mapToLong(SkippedSlots::count).sum();
	}

	@Test
	void aSlotIsDueFromItsSecondOnAndOnce() {
		this.timetable.start(schedules(configured("a", MINUTELY)), after(NOON));
		assertThat(this.timetable.due(at(60).minusNanos(1)).ticks()).isEmpty();
		assertThat(this.timetable.due(at(60)).ticks())
			.containsExactly(new Tick("a", at(60), at(0), at(120), at(90), null));
		assertThat(this.timetable.due(at(60))).isEqualTo(NOTHING);
		assertThat(this.timetable.due(at(119))).isEqualTo(NOTHING);
		assertThat(this.timetable.due(at(120)).ticks())
			.containsExactly(new Tick("a", at(120), at(60), at(180), at(150), null));
	}

	@Test
	void otherDataIsCarriedByTheNextTickAndStartsNothingAnew() {
		Schedule schedule = configured("a", MINUTELY);
		this.timetable.start(schedules(schedule.carrying("one")), after(NOON));
		assertThat(this.timetable.due(at(60)).ticks()).extracting(Tick::data).containsExactly("one");
		this.timetable.replace(schedules(schedule.carrying("two")), after(at(900)));
		assertThat(this.timetable.due(at(120)).ticks())
			.containsExactly(new Tick("a", at(120), at(60), at(180), at(150), "two"));
	}

	@Test
	void aScheduleThatComesBetweenOthersKeepsTheOrderOfEvents() {
		Schedule first = configured("a", MINUTELY);
		Schedule second = configured("b", MINUTELY);
		Schedule third = configured("c", MINUTELY);
		this.timetable.start(schedules(third), after(NOON));
		this.timetable.replace(schedules(first, second, third), after(NOON));
		assertThat(this.timetable.due(at(60)).ticks()).extracting(Tick::event).containsExactly("a", "b", "c");
		this.timetable.replace(schedules(second, third), after(at(60)));
		this.timetable.start(schedules(first, second, third), after(at(60)));
		assertThat(this.timetable.due(at(120)).ticks()).extracting(Tick::event).containsExactly("a", "b", "c");
		this.timetable.moveOn(after(at(180)));
		assertThat(this.timetable.due(at(240)).ticks()).extracting(Tick::event).containsExactly("a", "b", "c");
	}

	@Test
	void ticksAreInTheOrderOfSlotAndEvent() {
		String hour = "1h";
		this.timetable.start(schedules(configured("b", "*/2 * * * * *", hour), configured("c", SECONDLY, hour),
				configured("a", "*/3 * * * * *", hour), configured("B", "0/4 * * * * *", hour)), after(NOON));
		assertThat(this.timetable.due(at(6)).ticks()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(1), "c"), tuple(at(2), "b"), tuple(at(2), "c"), tuple(at(3), "a"),
					tuple(at(3), "c"), tuple(at(4), "B"), tuple(at(4), "b"), tuple(at(4), "c"), tuple(at(5), "c"),
					tuple(at(6), "a"), tuple(at(6), "b"), tuple(at(6), "c"));
	}

	@Test
	void aValidityOfItsOwnCatchesUpEveryMissedSlotThatIsStillValid() {
		this.timetable.start(schedules(configured("a", MINUTELY, "10m")), after(NOON));
		Due due = this.timetable.due(at(60 * 60));
		assertThat(due.ticks()).extracting(Tick::slot)
			.containsExactly(at(51 * 60), at(52 * 60), at(53 * 60), at(54 * 60), at(55 * 60), at(56 * 60), at(57 * 60),
					at(58 * 60), at(59 * 60), at(60 * 60));
		assertThat(due.ticks()).allSatisfy((tick) -> {
			assertThat(tick.previous()).isEqualTo(tick.slot().minusSeconds(60));
			assertThat(tick.next()).isEqualTo(tick.slot().plusSeconds(60));
			assertThat(tick.validUntil()).isEqualTo(tick.slot().plusSeconds(600));
		});
		assertThat(skipped(due)).isEqualTo(50);
	}

	@Test
	void aClockThatStepsBackRefiresNothing() {
		this.timetable.start(schedules(configured("a", SECONDLY)), after(NOON));
		assertThat(this.timetable.due(at(1)).ticks()).hasSize(1);
		for (int second = -600; second <= 1; second++) {
			assertThat(this.timetable.due(at(second))).isEqualTo(NOTHING);
		}
		assertThat(this.timetable.due(at(2)).ticks()).extracting(Tick::slot).containsExactly(at(2));
	}

	@Test
	void aChangedLineStartsAtItsNextSlotAndARemovedOneIsNoLongerDue() {
		this.timetable.start(schedules(configured("a", MINUTELY), configured("b", MINUTELY)), after(NOON));
		this.timetable.replace(schedules(configured("a", "*/20 * * * * *")), after(at(70)));
		assertThat(this.timetable.due(at(79))).isEqualTo(NOTHING);
		assertThat(this.timetable.due(at(80)).ticks())
			.containsExactly(new Tick("a", at(80), at(60), at(100), at(90), null));
	}

	@Test
	void aChangedValidityAppliesToASlotThatIsWaiting() {
		this.timetable.start(schedules(configured("a", MINUTELY)), after(NOON));
		this.timetable.replace(schedules(configured("a", MINUTELY, "5m")), after(at(70)));
		Due due = this.timetable.due(at(200));
		assertThat(due.ticks()).extracting(Tick::slot).containsExactly(at(60), at(120), at(180));
		assertThat(skipped(due)).isZero();
	}

	@Test
	void whateverTheStepsEachSlotIsEitherDueOnceOrSkippedOnce() {
		Random random = new Random(7);
		for (int run = 0; run < 50; run++) {
			Timetable stepped = new Timetable();
			int period = random.nextInt(1, 100);
			String validity = random.nextBoolean() ? null : random.nextInt(1, 300) + "s";
			stepped.start(schedules(configured("every", "@every %ds".formatted(period), validity),
					configured("office", "0/10 * 9-13 * * MON-FRI", validity)), after(NOON));
			List<Instant> every = new ArrayList<>();
			List<Instant> office = new ArrayList<>();
			long skipped = 0;
			long now = 0;
			while (now < 20_000) {
				now += random.nextInt(1, 200);
				Due due = stepped.due(at(now));
				due.ticks().forEach((tick) -> ("every".equals(tick.event()) ? every : office).add(tick.slot()));
				skipped += skipped(due);
			}
			long until = now;
			long slots = slots(until, period) + Math.min(until, 7199) / 10;
			assertThat(every).isSorted().doesNotHaveDuplicates();
			assertThat(office).isSorted().doesNotHaveDuplicates();
			assertThat(every.size() + office.size() + skipped).as("slots in %s s, every %s s", until, period)
				.isEqualTo(slots);
		}
	}

	private static long slots(long seconds, long period) {
		long start = NOON.getEpochSecond();
		return (start + seconds) / period - start / period;
	}

	@Test
	void withManySchedulesOfASecondAWeekAwayIsCountedUpToALimit() {
		Map<String, Schedule> many = new HashMap<>();
		for (int i = 0; i < 100; i++) {
			many.put("s" + i, configured("s" + i, SECONDLY));
		}
		this.timetable.start(Schedules.of(many), after(NOON));
		List<Due> found = new ArrayList<>();
		Duration taken = CpuTime.of(() -> found.add(this.timetable.due(at(Duration.ofDays(7).toSeconds()))));
		Due due = found.get(0);
		assertThat(due.ticks()).hasSize(100);
		assertThat(due.skipped()).hasSize(100)
			.allSatisfy((slots) -> assertThat(slots.last()).isEqualTo(at(Duration.ofDays(7).toSeconds() - 1)));
		assertThat(due.skipped()).last().matches(SkippedSlots::atLeast);
		assertThat(skipped(due)).isBetween((long) Timetable.COUNTED_AT_MOST, Timetable.COUNTED_AT_MOST + 100L);
		assertThat(taken).isLessThan(Duration.ofSeconds(1));
	}

	@Test
	void whatIsSkippedIsToldByEventWithItsFirstAndItsLastSlot() {
		this.timetable.start(schedules(configured("a", MINUTELY), configured("b", "30 * * * * *"),
				configured("c", "@every 10m"), configured("hour", "0 30 * * * *", "1m")), after(NOON));
		Due due = this.timetable.due(at(40 * 60 + 29));
		assertThat(due.skipped()).containsExactly(new SkippedSlots("b", at(30), at(39 * 60 + 30), 40, false),
				new SkippedSlots("a", at(60), at(39 * 60), 39, false),
				new SkippedSlots("c", at(10 * 60), at(30 * 60), 3, false),
				new SkippedSlots("hour", at(30 * 60), at(30 * 60), 1, false));
		assertThat(due.ticks()).extracting(Tick::event, Tick::slot, Tick::previous)
			.containsExactly(tuple("a", at(40 * 60), at(39 * 60)), tuple("c", at(40 * 60), at(30 * 60)));
		assertThat(this.timetable.due(at(40 * 60 + 30)).ticks()).extracting(Tick::event, Tick::previous)
			.containsExactly(tuple("b", at(39 * 60 + 30)));
	}

	@Test
	void moreThanCanBePublishedAtOnceIsDueAtTheNextCall() {
		this.timetable.start(schedules(configured("a", "* * * * * *", "1d")), after(NOON));
		Due first = this.timetable.due(at(1250));
		assertThat(first.ticks()).hasSize(Timetable.AT_ONCE);
		assertThat(first.more()).isTrue();
		assertThat(this.timetable.due(at(1250)).ticks()).hasSize(Timetable.AT_ONCE);
		Due last = this.timetable.due(at(1250));
		assertThat(last.ticks()).hasSize(250);
		assertThat(last.more()).isFalse();
	}

	/** As a replica that stands by does, before its term begins anywhere. */
	@ParameterizedTest
	@ValueSource(ints = { -3600, -61, -60, -59, -1, 0, 1, 29, 30, 59, 60, 600 })
	void aStartIsTheSameWhereverTheTimetableStood(int seconds) {
		Schedules schedules = schedules(configured("a", "0 * * * * *", "1d"), configured("b", "30 */7 * * * *", "1s"),
				configured("c", "@every 45m", "1s"));
		Timetable fresh = new Timetable();
		fresh.start(schedules, after(at(seconds)));
		this.timetable.start(schedules, after(NOON.minusSeconds(100)));
		this.timetable.due(at(30));
		this.timetable.start(schedules, after(at(seconds)));
		assertThat(this.timetable.due(at(7200))).usingRecursiveComparison().isEqualTo(fresh.due(at(7200)));
	}

}
