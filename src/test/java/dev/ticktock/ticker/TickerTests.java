package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQImpl;
import dev.ticktock.SettableClock;
import dev.ticktock.leader.EventMeters;
import dev.ticktock.leader.SetAside;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Tick;
import dev.ticktock.schedule.Validity;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link Ticker}, with time stepped by hand.
 */
class TickerTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final String MINUTELY = "0 * * * * *";

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final SettableLeadership leadership = new SettableLeadership();

	private Runnable counting = () -> {
	};

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry() {

		@Override
		protected Counter newCounter(Meter.Id id) {
			return new CumulativeCounter(id) {

				@Override
				public void increment(double amount) {
					TickerTests.this.counting.run();
					super.increment(amount);
				}

			};
		}

	};

	private Schedules schedules = minutely("a", "b", "c");

	private final SetAside setAside = new SetAside(() -> this.schedules, this.uptime);

	private final Ticker ticker = new Ticker(this.leadership, () -> this.schedules,
			new TickMeters(new EventMeters(this.registry, 100), this.clock, this.uptime, List.of()), this.setAside,
			new Hearts(this.uptime).of("ticker"), this.clock, this.uptime);

	private static Schedules minutely(String... events) {
		Map<String, Schedule> byEvent = new HashMap<>();
		for (String event : events) {
			byEvent.put(event,
					Schedule.parse(event, MINUTELY, ZoneOffset.UTC, Validity.halfTheGap(Duration.ofHours(12))));
		}
		return Schedules.of(byEvent);
	}

	private static Instant at(long seconds) {
		return NOON.plusSeconds(seconds);
	}

	private void tickAt(long seconds) {
		this.clock.set(at(seconds));
		this.ticker.tick();
	}

	private RecordingTerm grant(Cursor start) {
		return grant(new RecordingTerm(start));
	}

	private RecordingTerm grant(RecordingTerm term) {
		return this.leadership.grant(term);
	}

	private double skipped() {
		return this.registry.get("ticktock.ticks.skipped").counters().stream().mapToDouble(Counter::count).sum();
	}

	@Test
	void allMetersOfAScheduleAreThereAtZeroAsSoonAsItIsKnown() {
		tickAt(0);
		for (String meter : List.of("ticktock.ticks.published", "ticktock.ticks.skipped", "ticktock.ticks.refused")) {
			assertThat(this.registry.get(meter).tag("event", "c").counter().count()).isZero();
		}
		assertThat(this.registry.get("ticktock.tick.lag").tag("event", "c").timer().count()).isZero();
	}

	@Test
	void whatIsSkippedIsCountedByEventAndWrittenDownBeforeTheTicksThatFollow() {
		RecordingTerm term = grant(new Cursor(NOON, "b"));
		tickAt(600);
		tickAt(601);
		assertThat(this.registry.get("ticktock.ticks.skipped").tag("event", "c").counter().count()).isEqualTo(10);
		assertThat(term.publishedWhenSkipped()).isZero();
		assertThat(term.skipped()).singleElement().satisfies((skipping) -> {
			assertThat(skipping.noticed()).isEqualTo(at(600));
			assertThat(skipping.slots()).containsExactly(new SkippedSlots("c", NOON, at(540), 10, false),
					new SkippedSlots("a", at(60), at(540), 9, false), new SkippedSlots("b", at(60), at(540), 9, false));
		});
	}

	/** A leader that wakes up has lost the baton, and others have published. */
	@Test
	void whatALeaderSkipsCountsOnceTheBrokerHasTheRecord() {
		RecordingTerm term = grant(Cursor.at(NOON));
		term.confirmNothing();
		tickAt(600);
		tickAt(601);
		assertThat(term.skipped()).hasSize(1);
		assertThat(skipped()).isZero();
	}

	@Test
	void whileTheBrokerIsAwayIsTheReasonThatIsWrittenDown() {
		RecordingTerm first = grant(Cursor.at(NOON));
		tickAt(0);
		this.leadership.revoke(at(1));
		tickAt(300);
		tickAt(600);
		RecordingTerm second = grant(first.cursor());
		tickAt(601);
		assertThat(second.skipped()).extracting(Skipping::reason, Skipping::since)
			.containsExactly(tuple(Reason.OUTAGE, at(1)));
	}

	@Test
	void aTermThatBeginsLateWithAConnectionSaysThatNobodyLed() {
		this.leadership.standBy();
		tickAt(0);
		tickAt(600);
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(601);
		assertThat(term.skipped()).extracting(Skipping::reason).containsExactly(Reason.NO_LEADER);
	}

	@Test
	void whatExpiresWhileItWaitsForTheBrokerIsWrittenDownAsBlocked() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		this.leadership.accepting(false);
		term.accepting(false);
		tickAt(50);
		tickAt(149);
		this.leadership.accepting(true);
		term.accepting(true);
		tickAt(150);
		assertThat(term.skipped()).extracting(Skipping::reason, Skipping::since)
			.containsExactly(tuple(Reason.BLOCKED, at(50)));
	}

	@Test
	void aLeaderThatDoesNotRunInTimeSaysSinceWhen() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		tickAt(110);
		assertThat(term.skipped()).extracting(Skipping::reason, Skipping::since)
			.containsExactly(tuple(Reason.LATE, at(0)));
	}

	@Test
	void theSlotsOfAScheduleWhoseTicksTheBrokerRefusesAreSkippedAtOnceAndTheOthersArePublished() {
		this.setAside.closed(new ShutdownSignalException(false, false, new AMQImpl.Channel.Close(403,
				"ACCESS_REFUSED - access to topic 'b' in exchange 'e' in vhost '/' refused for user 'u'", 60, 40),
				null), "");
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(60);
		tickAt(200);
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(60), "a"), tuple(at(60), "c"), tuple(at(180), "a"), tuple(at(180), "c"));
		assertThat(term.skipped())
			.filteredOn((skipping) -> skipping.slots().stream().anyMatch((slots) -> slots.event().equals("b")))
			.extracting(Skipping::reason, Skipping::slots)
			.containsExactly(tuple(Reason.REFUSED, List.of(new SkippedSlots("b", at(60), at(60), 1, false))),
					tuple(Reason.REFUSED, List.of(new SkippedSlots("b", at(120), at(120), 1, false))),
					tuple(Reason.REFUSED, List.of(new SkippedSlots("b", at(180), at(180), 1, false))));
		this.uptime.pass(Duration.ofHours(1));
		tickAt(240);
		assertThat(term.published()).extracting(Tick::slot, Tick::event).contains(tuple(at(240), "b"));
	}

	@Test
	void withoutATermNothingIsPublishedOrSkipped() {
		for (int second = 0; second < 600; second++) {
			tickAt(second);
		}
		assertThat(skipped()).isZero();
	}

	@Test
	void withATermEverySlotIsPublishedOnceInOrder() {
		RecordingTerm term = grant(Cursor.at(NOON));
		for (int second = 0; second <= 120; second++) {
			tickAt(second);
			this.ticker.tick();
		}
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(60), "a"), tuple(at(60), "b"), tuple(at(60), "c"), tuple(at(120), "a"),
					tuple(at(120), "b"), tuple(at(120), "c"));
		assertThat(skipped()).isZero();
	}

	@Test
	void aTermStartsAfterItsCursor() {
		tickAt(0);
		RecordingTerm term = grant(new Cursor(at(60), "a"));
		tickAt(70);
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(60), "b"), tuple(at(60), "c"));
	}

	@Test
	void aTermThatStartsLongAfterItsCursorPublishesWhatIsValidAndCountsTheRest() {
		RecordingTerm term = grant(new Cursor(NOON, "b"));
		tickAt(600);
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(600), "a"), tuple(at(600), "b"), tuple(at(600), "c"));
		tickAt(601);
		// c of the first slot, and nine slots of each.
		assertThat(skipped()).isEqualTo(1 + 9 * 3);
	}

	@Test
	void whatIsValidWhileNobodyLeadsIsPublishedByTheNextTerm() {
		RecordingTerm first = grant(Cursor.at(NOON));
		tickAt(0);
		this.leadership.revoke();
		tickAt(60);
		RecordingTerm second = grant(first.cursor());
		tickAt(75);
		assertThat(first.published()).isEmpty();
		assertThat(second.published()).hasSize(3).extracting(Tick::slot).containsOnly(at(60));
		assertThat(skipped()).isZero();
	}

	@Test
	void whileTheBrokerTakesNoMessagesTicksWaitAndAreLateIfStillValid() {
		RecordingTerm term = grant(Cursor.at(NOON));
		term.accepting(false);
		tickAt(60);
		assertThat(term.published()).isEmpty();
		term.accepting(true);
		tickAt(80);
		assertThat(term.published()).extracting(Tick::event).containsExactly("a", "b", "c");
		assertThat(skipped()).isZero();
	}

	@Test
	void whileTheBrokerTakesNoMessagesTicksWaitAndAreSkippedOnceExpired() {
		RecordingTerm term = grant(Cursor.at(NOON));
		term.accepting(false);
		for (int second = 0; second < 150; second++) {
			tickAt(second);
		}
		assertThat(skipped()).isZero();
		term.accepting(true);
		tickAt(150);
		tickAt(151);
		assertThat(term.published()).isEmpty();
		assertThat(skipped()).isEqualTo(6);
	}

	@Test
	void theTermHearsUpToWhereNothingIsLeft() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(7);
		assertThat(term.drained()).isEqualTo(at(7));
		tickAt(60);
		assertThat(term.published()).hasSize(3);
		assertThat(term.drained()).isEqualTo(at(60));
		tickAt(59);
		assertThat(term.drained()).isEqualTo(at(59));
	}

	@Test
	void whileTicksWaitTheTermHearsOfNoLaterInstant() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(59);
		term.blockAfter(1);
		tickAt(60);
		tickAt(61);
		assertThat(term.published()).extracting(Tick::event).containsExactly("a");
		assertThat(term.drained()).isEqualTo(at(59));
		term.accepting(true);
		tickAt(62);
		assertThat(term.published()).extracting(Tick::event).containsExactly("a", "b", "c");
		assertThat(term.drained()).isEqualTo(at(62));
	}

	@Test
	void aTermThatEndsMidwayLeavesTheRestToTheNextTerm() {
		RecordingTerm first = grant(Cursor.at(NOON));
		first.endAfter(1);
		tickAt(60);
		tickAt(61);
		assertThat(first.published()).extracting(Tick::event).containsExactly("a");
		RecordingTerm second = grant(first.cursor());
		tickAt(62);
		tickAt(120);
		assertThat(second.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(60), "b"), tuple(at(60), "c"), tuple(at(120), "a"), tuple(at(120), "b"),
					tuple(at(120), "c"));
		assertThat(skipped()).isZero();
	}

	@Test
	void theCursorOfTheNextTermDecidesEvenIfMoreWasHandedOver() {
		RecordingTerm first = grant(Cursor.at(NOON));
		tickAt(60);
		assertThat(first.published()).hasSize(3);
		RecordingTerm second = grant(new Cursor(at(60), "a"));
		tickAt(61);
		assertThat(second.published()).extracting(Tick::event).containsExactly("b", "c");
	}

	@Test
	void aClockThatIsSetBackRefiresNothing() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(60);
		for (int second = -540; second <= 60; second++) {
			tickAt(second);
		}
		assertThat(term.published()).hasSize(3);
		tickAt(120);
		assertThat(term.published()).hasSize(6);
		assertThat(skipped()).isZero();
	}

	@Test
	void aScheduleThatIsAddedStartsWhereTheTermSaysAndTheOthersKeepTheirPlace() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		this.schedules = minutely("a", "b", "c", "d");
		term.startLaterAt(Cursor.at(at(60)));
		tickAt(60);
		tickAt(120);
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(60), "a"), tuple(at(60), "b"), tuple(at(60), "c"), tuple(at(120), "a"),
					tuple(at(120), "b"), tuple(at(120), "c"), tuple(at(120), "d"));
	}

	@Test
	void aTermIsToldOfTheSchedulesAtItsBeginningAndWheneverTheyChange() {
		RecordingTerm first = grant(Cursor.at(NOON));
		Schedules before = this.schedules;
		tickAt(0);
		tickAt(1);
		this.schedules = minutely("b");
		tickAt(2);
		tickAt(3);
		RecordingTerm second = grant(Cursor.at(NOON));
		tickAt(4);
		assertThat(first.covered()).containsExactly(before, this.schedules);
		assertThat(second.covered()).containsExactly(this.schedules);
	}

	@Test
	void aTermThatEndsWhileItIsToldOfTheSchedulesLeavesThemToTheNextTerm() {
		RecordingTerm first = grant(Cursor.at(NOON));
		tickAt(0);
		first.endAfter(0);
		this.schedules = minutely("b");
		tickAt(60);
		RecordingTerm second = grant(first.cursor());
		tickAt(61);
		assertThat(first.published()).isEmpty();
		assertThat(second.published()).extracting(Tick::slot, Tick::event).containsExactly(tuple(at(60), "b"));
	}

	@Test
	void changesThatGoOnAreGatheredAndTheTimetableKeepsToWhatIsCovered() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		for (int i = 0; i < Ticker.AT_ONCE; i++) {
			this.schedules = minutely("a", "b" + i);
			this.ticker.tick();
		}
		assertThat(term.covered()).hasSize(1 + Ticker.AT_ONCE);
		Schedules last = this.schedules;
		this.schedules = minutely("z");
		tickAt(60);
		assertThat(term.covered()).hasSize(1 + Ticker.AT_ONCE).last().isSameAs(last);
		assertThat(term.published()).extracting(Tick::event).containsExactly("a", "b" + (Ticker.AT_ONCE - 1));
		this.uptime.pass(Ticker.PAUSE);
		tickAt(120);
		assertThat(term.covered()).hasSize(2 + Ticker.AT_ONCE).last().isSameAs(this.schedules);
		assertThat(term.published()).extracting(Tick::event).endsWith("z").hasSize(3);
	}

	@Test
	void aChangeThatIsTakenBackWhileItWaitsIsNone() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		for (int i = 0; i < Ticker.AT_ONCE; i++) {
			this.schedules = minutely("a", "b" + i);
			this.ticker.tick();
		}
		Schedules last = this.schedules;
		this.schedules = minutely("z");
		this.ticker.tick();
		this.schedules = last;
		this.uptime.pass(Ticker.PAUSE);
		this.ticker.tick();
		assertThat(term.covered()).hasSize(1 + Ticker.AT_ONCE);
	}

	@Test
	void theFirstListingSinceTheTermBeganEndsADoubtAtOnceEvenWithNothingNew() {
		this.schedules = this.schedules.notAsked();
		RecordingTerm term = grant(Cursor.at(NOON));
		term.inDoubt(true);
		tickAt(0);
		for (int i = 0; i < Ticker.AT_ONCE; i++) {
			this.schedules = minutely("a", "b" + i).notAsked();
			this.ticker.tick();
		}
		this.schedules = minutely("z").notAsked();
		this.ticker.tick();
		assertThat(term.covered()).hasSize(1 + Ticker.AT_ONCE);
		this.schedules = this.schedules.askedAt(this.uptime.now());
		this.ticker.tick();
		assertThat(term.covered()).hasSize(2 + Ticker.AT_ONCE).last().isSameAs(this.schedules);
	}

	@Test
	void theFirstListingSinceTheTermBeganWithNothingNewAndNothingInDoubtIsNoChange() {
		this.schedules = this.schedules.notAsked();
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		this.schedules = this.schedules.askedAt(this.uptime.now());
		tickAt(1);
		assertThat(term.covered()).hasSize(1);
	}

	@Test
	void aListingThatIsNotWholeAndHasNothingNewIsNoChange() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		this.schedules = this.schedules.notAsked();
		tickAt(1);
		this.schedules = this.schedules.askedAt(this.uptime.now());
		tickAt(2);
		assertThat(term.covered()).hasSize(1);
	}

	@Test
	void whileTicksWaitNoChangeIsTaken() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		term.blockAfter(1);
		tickAt(60);
		this.schedules = minutely("a", "d");
		term.accepting(true);
		tickAt(61);
		assertThat(term.covered()).hasSize(1);
		assertThat(term.published()).extracting(Tick::event).containsExactly("a", "b", "c");
		tickAt(62);
		assertThat(term.covered()).hasSize(2);
	}

	@Test
	void aScheduleThatIsRemovedIsNoLongerPublished() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		this.schedules = minutely("b");
		tickAt(60);
		assertThat(term.published()).extracting(Tick::event).containsExactly("b");
	}

	@Test
	void whatATickFailedToPublishTheNextPublishesAndNothingTwice() {
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(0);
		term.failAfter(1);
		tickAt(60);
		assertThat(term.published()).hasSize(1);
		tickAt(61);
		tickAt(120);
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(60), "a"), tuple(at(60), "b"), tuple(at(60), "c"), tuple(at(120), "a"),
					tuple(at(120), "b"), tuple(at(120), "c"));
		assertThat(skipped()).isZero();
	}

	@Test
	void whatATickFailedToCountItLosesNoSlotFor() {
		this.counting = () -> {
			throw new IllegalStateException("as if");
		};
		RecordingTerm term = grant(Cursor.at(NOON));
		tickAt(600);
		tickAt(660);
		tickAt(661);
		assertThat(term.published()).extracting(Tick::slot, Tick::event)
			.containsExactly(tuple(at(600), "a"), tuple(at(600), "b"), tuple(at(600), "c"), tuple(at(660), "a"),
					tuple(at(660), "b"), tuple(at(660), "c"));
	}

}
